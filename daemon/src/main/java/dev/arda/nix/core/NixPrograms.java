package dev.arda.nix.core;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the programs of one Nix installation are.
 *
 * @param nix absolute path of {@code nix}, as the caller named or found it
 * @param environment the caller's variables, whose {@code PATH} is the last place to look
 */
public record NixPrograms(Path nix, Map<String, String> environment) {

  private static final String REMEDY =
      " Install Nix (on Debian and Ubuntu: apt install nix-bin; elsewhere:"
          + " https://nixos.org/download), or name the program to use.";

  /** Copies the map. */
  public NixPrograms {
    environment = Map.copyOf(environment);
  }

  /**
   * The Nix that a caller means: the one it names, else the first on its {@code PATH}.
   *
   * @throws CommandException {@code NIX_NOT_FOUND}, with the places that were searched
   */
  public static NixPrograms locate(CallContext context) {
    var named = context.nixProgram().map(Path::toString);
    var nix =
        ProgramPath.find(named.orElse("nix"), context.environment(), context.cwd())
            .orElseThrow(() -> notFound(context, named));
    return new NixPrograms(nix, context.environment());
  }

  private static CommandException notFound(CallContext context, Optional<String> named) {
    var path = context.environment().getOrDefault("PATH", "");
    var message =
        named
            .map(program -> "There is no Nix at %s.".formatted(program))
            .orElse(
                path.isEmpty()
                    ? "There is no Nix: the PATH of this shell is empty."
                    : "There is no Nix on the PATH of this shell (%s).".formatted(path));
    return new CommandException(
        Reason.NIX_NOT_FOUND,
        TerminalText.strip(message) + REMEDY,
        NixException.Details.NONE.with("path", path).with("program", named.orElse("nix")));
  }

  /** {@code nix-instantiate} of the same installation. */
  public Path nixInstantiate() {
    return sibling("nix-instantiate");
  }

  /** {@code nix-store} of the same installation. */
  public Path nixStore() {
    return sibling("nix-store");
  }

  /** {@code nix-shell} of the same installation. */
  public Path nixShell() {
    return sibling("nix-shell");
  }

  /** {@code nix-env} of the same installation. */
  public Path nixEnv() {
    return sibling("nix-env");
  }

  /**
   * Another program of the same installation: beside {@code nix}, beside the file that {@code nix}
   * is a link to, or on the {@code PATH}.
   *
   * @throws CommandException {@code NIX_UNUSABLE} if there is none
   */
  private Path sibling(String name) {
    return ProgramPath.find(nix.resolveSibling(name).toString(), environment, nix)
        .or(() -> ProgramPath.find(realNix().resolveSibling(name).toString(), environment, nix))
        .or(() -> ProgramPath.find(name, environment, nix))
        .orElseThrow(() ->
            new CommandException(
                Reason.NIX_UNUSABLE,
                "%s belongs to Nix, but is neither beside %s nor on the PATH of this shell."
                    .formatted(name, nix),
                NixException.Details.NONE.with("program", name)));
  }

  private Path realNix() {
    try {
      return nix.toRealPath();
    } catch (IOException e) {
      return nix;
    }
  }

  /** Identifies the file behind {@code nix}: another one after an upgrade. */
  Identity identity() {
    try {
      var real = nix.toRealPath();
      return new Identity(real, Files.size(real), Files.getLastModifiedTime(real).toMillis());
    } catch (IOException e) {
      throw new CommandException(
          Reason.NIX_NOT_FOUND,
          "%s cannot be read.".formatted(nix) + REMEDY,
          NixException.Details.NONE.with("program", nix.toString()).with(e));
    }
  }

  record Identity(Path program, long size, long modified) {}
}
