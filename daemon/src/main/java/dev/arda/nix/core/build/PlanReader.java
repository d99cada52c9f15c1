package dev.arda.nix.core.build;

import dev.arda.nix.core.TerminalText;
import java.util.regex.Pattern;

/**
 * Reads the plan that Nix prints before it begins: a heading, then one store path a line.
 *
 * <pre>
 * these 2 derivations will be built:
 *   /nix/store/…-failing.drv
 *   /nix/store/…-depfail.drv
 * these 2 paths will be fetched (2.86 MiB download, 2.86 MiB unpacked):
 *   /nix/store/…-top
 * </pre>
 *
 * <p>Not thread-safe.
 */
final class PlanReader {

  private static final Pattern BUILDS =
      Pattern.compile("(this|these [0-9]+) derivations? will be built:");

  private static final Pattern FETCHES =
      Pattern.compile(
          "(this|these [0-9]+) paths? will be fetched"
              + "( \\((?<download>[0-9]+(?:\\.[0-9]+)?) (?<downloadUnit>[KMGTP]?i?B) download,"
              + " (?<unpacked>[0-9]+(?:\\.[0-9]+)?) (?<unpackedUnit>[KMGTP]?i?B) unpacked\\))?:");

  private static final Pattern PATH = Pattern.compile("  (?<path>/.*/[0-9a-z]{32}-[^/]+)");

  private static final String UNITS = "KMGTP";

  /** Hears the plan. */
  interface Listener {
    /** A derivation is to be built. */
    void build(String drvPath);

    /** A path is to be fetched. */
    void fetch(String path);

    /**
     * How much is to be fetched, rounded as Nix does.
     *
     * @param unpacked in bytes
     */
    void bytes(long unpacked);
  }

  private enum Part {
    NONE,
    BUILDS,
    FETCHES
  }

  private final Listener listener;
  private Part part = Part.NONE;

  PlanReader(Listener listener) {
    this.listener = listener;
  }

  /** Takes a message; whether it was a part of the plan. */
  boolean accept(String message) {
    var text = TerminalText.strip(message);
    if (BUILDS.matcher(text).matches()) {
      part = Part.BUILDS;
      return true;
    }
    var fetches = FETCHES.matcher(text);
    if (fetches.matches()) {
      part = Part.FETCHES;
      if (fetches.group("unpacked") != null) {
        listener.bytes(bytes(fetches.group("unpacked"), fetches.group("unpackedUnit")));
      }
      return true;
    }
    var path = PATH.matcher(text);
    if (part == Part.NONE || !path.matches()) {
      part = Part.NONE;
      return false;
    }
    if (part == Part.BUILDS) {
      listener.build(path.group("path"));
    } else {
      listener.fetch(path.group("path"));
    }
    return true;
  }

  private static long bytes(String number, String unit) {
    int power = UNITS.indexOf(unit.charAt(0)) + 1;
    return Math.round(Double.parseDouble(number) * Math.pow(1024, power));
  }
}
