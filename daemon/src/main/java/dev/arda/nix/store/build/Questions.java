package dev.arda.nix.store.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is asked of a flake about one attribute path, in selectors that evaluate no more than is
 * needed, and what the answers mean.
 */
final class Questions {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Questions() {}

  /** What stands at an attribute path. */
  sealed interface Found {
    /**
     * A derivation.
     *
     * @param outputs those that are built when none are named
     */
    record Derivation(String drvPath, List<String> outputs) implements Found {}

    /** Nothing. */
    record Nothing() implements Found {}

    /** Something that cannot be built. */
    record Other() implements Found {}

    /** It cannot be evaluated. */
    record Broken(NixException failure) implements Found {}
  }

  /** The selectors to ask; as many as {@link #found} takes answers. */
  static List<String> about(List<String> path) {
    return Stream.of(
            new Selector(
                steps(
                    path,
                    new Step.Names(
                        Stream.of("type", "drvPath", "outputName", "outputSpecified")
                            .map(name -> new Step.Entry(name, true))
                            .toList()))),
            new Selector(steps(path, new Step.Maybe("meta"), new Step.Maybe("outputsToInstall"))))
        .map(Selector::toString)
        .toList();
  }

  private static List<Step> steps(List<String> path, Step... last) {
    var result = new ArrayList<Step>();
    path.forEach(name -> result.add(new Step.Maybe(name)));
    result.addAll(List.of(last));
    return result;
  }

  /** The answer to a selector. */
  sealed interface Reply {
    /** A value, as JSON. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Value(byte[] json) implements Reply {}

    /** None. */
    record Failure(NixException failure) implements Reply {}
  }

  /** What the answers mean, in the order of {@link #about}. */
  static Found found(List<String> path, List<Reply> replies) {
    return switch (replies.getFirst()) {
      case Reply.Failure(NixException failure) ->
          failure.reason() != Reason.WRONG_TYPE
              ? new Found.Broken(told(path, failure))
              : isAbove(path, failure) ? new Found.Nothing() : new Found.Other();
      case Reply.Value(byte[] json) -> {
        var value = below(json, path);
        yield value.isEmpty() ? new Found.Nothing() : derivation(path, value.get(), replies.get(1));
      }
    };
  }

  /** A failure that names the path, rather than all that was asked about it. */
  private static NixException told(List<String> path, NixException failure) {
    var asked = about(path).getFirst();
    if (!(failure instanceof FlakeException flake)
        || flake.selectorFault().isPresent()
        || !failure.getMessage().contains(asked)) {
      return failure;
    }
    var plain = new Selector(path.stream().<Step>map(Step.Name::new).toList()).toString();
    var details =
        new NixException.Details(
            failure.metadata(), failure.nixError(), Optional.ofNullable(failure.getCause()));
    return new FlakeException(
        failure.reason(),
        failure.getMessage().replace(asked, plain),
        details.with("selector", plain));
  }

  /** Whether something above the path has no attributes, so that nothing is there. */
  private static boolean isAbove(List<String> path, NixException failure) {
    var selector = about(path).getFirst();
    int last = selector.codePointCount(0, selector.lastIndexOf(".{") + 1);
    return failure instanceof FlakeException flake
        && flake.selectorFault().filter(fault -> fault.offset() < last).isPresent();
  }

  private static Found derivation(List<String> path, JsonNode value, Reply meta) {
    if (!value.path("type").asText("").equals("derivation") || !value.path("drvPath").isTextual()) {
      return new Found.Other();
    }
    return new Found.Derivation(
        value.path("drvPath").asText(),
        value.has("outputSpecified") ? specified(value) : toInstall(path, meta));
  }

  /** An output that was chosen in the flake, such as {@code hello.dev}. */
  private static List<String> specified(JsonNode value) {
    var name = value.path("outputName").asText("");
    return value.path("outputSpecified").asBoolean() && !name.isEmpty()
        ? List.of(name)
        : List.of("out");
  }

  private static List<String> toInstall(List<String> path, Reply meta) {
    if (meta instanceof Reply.Value(byte[] json)) {
      var result = new ArrayList<String>();
      below(json, path)
          .ifPresent(derivation ->
              derivation
                  .path("meta")
                  .path("outputsToInstall")
                  .forEach(name -> result.add(name.asText(""))));
      if (!result.isEmpty()) {
        return List.copyOf(result);
      }
    }
    return List.of("out");
  }

  private static Optional<JsonNode> below(byte[] json, List<String> path) {
    try {
      JsonNode node = JSON.readTree(json);
      for (var name : path) {
        node = node.path(name);
      }
      return node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
