package dev.arda.nix.flake.cache;

import dev.arda.nix.types.JsonText;
import java.util.List;

/** What a value is in JSON as {@code nix eval --json} prints it. */
public sealed interface JsonForm {

  /**
   * It has a JSON form.
   *
   * @param text writes it
   */
  record Text(JsonText text) implements JsonForm {
    /** The whole text, UTF-8. */
    public byte[] json() {
      return text.bytes();
    }
  }

  /**
   * It contains something that JSON has no form for.
   *
   * @param at names and indices that lead to it, in the JSON form
   * @param what what it is, for example {@code a function}
   */
  record NotSerialisable(List<String> at, String what) implements JsonForm {
    /** Copies the list. */
    public NotSerialisable {
      at = List.copyOf(at);
    }
  }

  /**
   * Only Nix can tell: a selection contains {@code __toString}, and its form is what that function
   * returns for the selection.
   */
  record NeedsNix() implements JsonForm {}
}
