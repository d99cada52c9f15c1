package dev.arda.lsp.transcript;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives all classes of a run the same {@link Distribution}, with one daemon, which is started
 * before anything is asked: tests are about what is answered, not about how long a machine takes to
 * start.
 */
final class SharedDistribution implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(Distribution.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(SharedDistribution.class))
        .getOrComputeIfAbsent(
            "distribution",
            key -> {
              var made = new Distribution();
              var _ = made.run(Path.of("/"), List.of("daemon", "start"));
              return made;
            },
            Distribution.class);
  }
}
