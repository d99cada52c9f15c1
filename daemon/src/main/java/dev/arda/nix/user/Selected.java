package dev.arda.nix.user;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.SelectionListener;
import dev.arda.nix.flake.SelectionRequest;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The answers to several selectors that were asked together; each fails on its own. */
final class Selected {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Integer, JsonNode> values = new HashMap<>();
  private final Map<Integer, NixException> failures = new HashMap<>();

  private Selected() {}

  /** Asks. Blocks. */
  static Selected ask(
      Flakes flakes,
      CallContext context,
      String flake,
      List<String> selectors,
      ProgressListener progress) {
    var result = new Selected();
    if (!selectors.isEmpty()) {
      flakes.select(
          context,
          new SelectionRequest(flake, selectors, false, ValueEncoding.JSON),
          result.new Listener(progress));
    }
    return result;
  }

  /**
   * The value of a selector.
   *
   * @throws NixException if it has none
   */
  JsonNode value(int index) {
    var failure = failures.get(index);
    if (failure != null) {
      throw failure;
    }
    var value = values.get(index);
    if (value == null) {
      throw new IllegalStateException("no answer to selector " + index);
    }
    return value;
  }

  /** Reads JSON that Nix wrote. */
  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Nix wrote no JSON", e);
    }
  }

  private final class Listener implements SelectionListener {
    private final ProgressListener progress;

    Listener(ProgressListener progress) {
      this.progress = progress;
    }

    @Override
    public void progress(NixProgress now) {
      progress.progress(now);
    }

    @Override
    public void state(FlakeState state) {}

    @Override
    public void value(int index, String canonical, JsonText json, List<String> realisedPaths) {
      try {
        values.put(index, JSON.readTree(json.bytes()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void failure(int index, String canonical, NixException failure) {
      failures.put(index, failure);
    }
  }
}
