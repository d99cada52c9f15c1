package dev.arda.daemon.rpc;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.flake.SelectionListener;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.NixException;
import dev.arda.v1.PrecacheResponse;
import dev.arda.v1.SelectorResult;
import dev.arda.v1.ValueSummary;
import java.util.List;
import java.util.TreeMap;

/** A selection of which only the outcomes are kept, to be sent as one response. */
final class SummarisedSelection implements SelectionListener {

  /** What all errors together may weigh; clients accept responses of 4 MiB by default. */
  private static final int ERROR_BYTES = 2 * 1024 * 1024;

  private final int selectors;
  private final ErrorMapper errors;
  private final TreeMap<Integer, SelectorResult.Builder> results = new TreeMap<>();
  private final TreeMap<Integer, NixException> failures = new TreeMap<>();
  private dev.arda.v1.FlakeState state = dev.arda.v1.FlakeState.getDefaultInstance();

  SummarisedSelection(int selectors, ErrorMapper errors) {
    this.selectors = selectors;
    this.errors = errors;
  }

  @Override
  public void state(FlakeState newState) {
    state = FlakeTranslator.state(newState);
  }

  @Override
  public void progress(NixProgress progress) {}

  @Override
  public void value(int index, String canonical, JsonText json, List<String> realisedPaths) {
    result(index, canonical)
        .setValue(ValueSummary.newBuilder().setSizeBytes(TextChunks.length(json)));
  }

  @Override
  public void failure(int index, String canonical, NixException failure) {
    result(index, canonical);
    failures.put(index, failure);
  }

  private SelectorResult.Builder result(int index, String canonical) {
    var result =
        SelectorResult.newBuilder().setSelectorIndex(index).setCanonicalSelector(canonical);
    results.put(index, result);
    return result;
  }

  /**
   * The response, after the selection has ended.
   *
   * @throws IllegalStateException if a selector has no outcome
   */
  PrecacheResponse response() {
    if (results.size() != selectors) {
      throw new IllegalStateException(
          "%d of %d selectors have an outcome".formatted(results.size(), selectors));
    }
    failures.forEach((index, failure) -> {
      var result = results.get(index);
      if (result != null) {
        result.setError(errors.status(failure, ERROR_BYTES / failures.size()));
      }
    });
    var response = PrecacheResponse.newBuilder().setState(state);
    results.values().forEach(response::addResults);
    return response.build();
  }
}
