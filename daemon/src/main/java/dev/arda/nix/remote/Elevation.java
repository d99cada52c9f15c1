package dev.arda.nix.remote;

import java.util.List;
import java.util.Optional;

/**
 * How a script is run as somebody else.
 *
 * @param prefix program and arguments that do so, for example {@code sudo -n}; empty: nobody else
 * @param password what the program reads from its standard input first; empty: it reads none
 */
public record Elevation(List<String> prefix, Optional<Secret> password) {

  /** As the user who logs in. */
  public static final Elevation NONE = new Elevation(List.of(), Optional.empty());

  /** Copies the list. */
  public Elevation {
    prefix = List.copyOf(prefix);
  }

  /** By a program that asks for nothing. */
  public static Elevation by(String... prefix) {
    return new Elevation(List.of(prefix), Optional.empty());
  }

  /** By {@code sudo}, which is given a password. */
  public static Elevation sudo(Secret password) {
    return new Elevation(List.of("sudo", "-S", "-p", ""), Optional.of(password));
  }
}
