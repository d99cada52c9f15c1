package dev.arda.nix.flake;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.NixException;
import java.util.List;

/**
 * Receives a selection as it goes. Called from one thread at a time, the one that called {@link
 * Flakes#select}; a method may block to slow the selection down. Each selector ends with exactly
 * one call of {@link #value} or {@link #failure}.
 */
public interface SelectionListener extends ProgressListener {

  /**
   * The state of the flake that is being asked; called once, before any value. Not called if no
   * selector can be asked at all.
   */
  void state(FlakeState state);

  /**
   * A selector has a value.
   *
   * @param index index of the selector in the request
   * @param canonical the selector in canonical form
   * @param json the value in the encoding that was asked for; the callee may keep it
   * @param realisedPaths store paths that were built for it; empty unless that was asked for
   */
  void value(int index, String canonical, JsonText json, List<String> realisedPaths);

  /**
   * A selector failed.
   *
   * @param index index of the selector in the request
   * @param canonical the selector in canonical form; empty if it has a syntax error
   * @param failure why
   */
  void failure(int index, String canonical, NixException failure);
}
