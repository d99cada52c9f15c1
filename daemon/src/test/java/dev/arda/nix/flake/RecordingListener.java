package dev.arda.nix.flake;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.NixException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps what a selection says. */
class RecordingListener implements SelectionListener {

  final List<FlakeState> states = new ArrayList<>();
  final Map<Integer, String> values = new TreeMap<>();
  final Map<Integer, NixException> failures = new TreeMap<>();
  final Map<Integer, List<String>> realised = new TreeMap<>();

  @Override
  public void progress(NixProgress progress) {}

  @Override
  public void state(FlakeState state) {
    states.add(state);
  }

  @Override
  public void value(int index, String canonical, JsonText json, List<String> realisedPaths) {
    values.put(index, new String(json.bytes(), StandardCharsets.UTF_8));
    realised.put(index, realisedPaths);
  }

  @Override
  public void failure(int index, String canonical, NixException failure) {
    failures.put(index, failure);
  }

  /** The failure of a selector that is to fail. */
  NixException failure(int index) {
    NixException failure = failures.get(index);
    if (failure == null) {
      throw new AssertionError("selector " + index + " has the value " + values.get(index));
    }
    return failure;
  }

  /** The value, or the failure as {@code REASON: message}. */
  String outcome(int index) {
    NixException failure = failures.get(index);
    return failure == null
        ? values.getOrDefault(index, "nothing")
        : failure.reason() + ": " + failure.getMessage();
  }
}
