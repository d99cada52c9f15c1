package dev.arda.nix.system.deploy;

import dev.arda.nix.testing.NixSandbox;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One fixture for each Nix, shared by all tests of this package; the last of them closes it. */
final class DeployFixtures implements BeforeAllCallback, AfterAllCallback {

  /** What is shared, until the end of all tests. */
  private record All(Map<Path, DeployFixture> fixtures) implements AutoCloseable {
    synchronized DeployFixture of(Path nix) {
      return fixtures.computeIfAbsent(nix, DeployFixture::new);
    }

    @Override
    public void close() {
      fixtures.values().forEach(DeployFixture::close);
    }
  }

  private All all = new All(Map.of());

  @Override
  public void beforeAll(ExtensionContext context) {
    all =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(DeployFixtures.class))
            .getOrComputeIfAbsent("all", _ -> new All(new LinkedHashMap<>()), All.class);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    all = new All(Map.of());
  }

  /** The fixture for a Nix. */
  DeployFixture of(Path nix) {
    return all.of(nix);
  }

  /** That for the first one, where the version does not matter. */
  DeployFixture any() {
    return of(NixSandbox.programs().getFirst());
  }
}
