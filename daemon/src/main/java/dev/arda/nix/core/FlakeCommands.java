package dev.arda.nix.core;

import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Builds the argument lists for what is done to flakes. As in {@link NixCommands}, of which it is a
 * part that has a class of its own, nothing may be added behind a list, and nothing that a user
 * says becomes a flag. All options of the user are in every list.
 */
public final class FlakeCommands {

  private static final Pattern INPUT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_/.+-]*");

  private final NixCommands nix;

  /**
   * Commands of one Nix.
   *
   * @param nix with {@link NixCommands#withInternalJson} where progress is wanted
   */
  public FlakeCommands(NixCommands nix) {
    this.nix = nix;
  }

  /**
   * Locks inputs anew: {@code nix flake update}, or with names on an older Nix {@code nix flake
   * lock --update-input}. An input that the flake does not have is skipped with a warning.
   *
   * @param flake a flake reference
   * @param inputs paths of inputs, for example {@code home-manager/nixpkgs}; none: all
   * @throws FlakeException {@code FLAKE_INPUT_MISSING} if one cannot be the path of an input
   */
  public List<String> update(String flake, Collection<String> inputs) {
    for (var input : inputs) {
      input(input);
    }
    var result = new ArrayList<String>();
    result.add("flake");
    if (nix.capabilities().flakeUpdateInputs()) {
      result.add("update");
      result.addAll(options());
      result.addAll(List.of("--flake", NixCommands.flakeRef(flake)));
      result.addAll(inputs);
    } else if (inputs.isEmpty()) {
      result.add("update");
      result.addAll(options());
      result.add(NixCommands.flakeRef(flake));
    } else {
      result.add("lock");
      result.addAll(options());
      for (var input : inputs) {
        result.addAll(List.of("--update-input", input));
      }
      result.add(NixCommands.flakeRef(flake));
    }
    return nix.nixCommand(result);
  }

  /** {@code nix flake lock}: locks the inputs that are not locked yet. */
  public List<String> lock(String flake) {
    var result = new ArrayList<>(List.of("flake", "lock"));
    result.addAll(options());
    result.add(NixCommands.flakeRef(flake));
    return nix.nixCommand(result);
  }

  /**
   * {@code nix flake check --keep-going}: every output is looked at, whatever the others say.
   * Always with traces: only they name the output that an error comes from.
   *
   * @param build also build the checks
   * @param allSystems also those of other systems; a Nix that knows no such flag always looks at
   *     them
   */
  public List<String> check(String flake, boolean build, boolean allSystems) {
    var result = new ArrayList<>(List.of("flake", "check", "--keep-going", "--show-trace"));
    if (!build) {
      result.add("--no-build");
    }
    if (allSystems && nix.capabilities().flakeShowAllSystems()) {
      result.add("--all-systems");
    }
    result.addAll(nix.evaluationFlags());
    result.add(NixCommands.flakeRef(flake));
    return nix.nixCommand(result);
  }

  private List<String> options() {
    var result = new ArrayList<>(nix.trace());
    result.addAll(nix.evaluationFlags());
    return result;
  }

  /**
   * The same text, if it can be the path of an input.
   *
   * @throws FlakeException {@code FLAKE_INPUT_MISSING}
   */
  public static String input(String text) {
    if (!INPUT.matcher(text).matches()) {
      var shown = TerminalText.strip(text.replace("\n", "\\n").replace("\t", "\\t"));
      throw new FlakeException(
          Reason.FLAKE_INPUT_MISSING,
          shown.isBlank()
              ? "An empty text is not the name of an input."
              : "'%s' is not the name of an input.".formatted(shown),
          NixException.Details.NONE.with("input", shown));
    }
    return text;
  }
}
