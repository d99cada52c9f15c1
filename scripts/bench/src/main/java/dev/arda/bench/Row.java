package dev.arda.bench;

import java.util.Locale;

/**
 * A line of the table.
 *
 * @param section number of its section
 * @param what what was measured
 * @param nix version of the Nix that was used; a dash where none matters
 * @param arda what arda took
 * @param against what the other side took; empty where there is none
 * @param value the figure that is held against the limit; what arda took where there is no limit
 * @param target the target in words; empty where there is none
 * @param limit the largest value that meets the target; infinite where there is none
 */
record Row(
    int section,
    String what,
    String nix,
    String arda,
    String against,
    double value,
    String target,
    double limit) {

  static final String ANY = "–";

  /** Arda against another side; the ratio of the medians is held against the limit. */
  static Row ratio(
      int section,
      String what,
      String nix,
      Samples arda,
      String other,
      Samples others,
      double limit) {
    double ratio = arda.median() / others.median();
    return new Row(
        section,
        what,
        nix,
        Samples.show(arda.median()),
        other + " " + Samples.show(others.median()) + ", ratio " + fraction(ratio),
        ratio,
        limit == Double.POSITIVE_INFINITY ? "" : "≤ " + fraction(limit),
        limit);
  }

  /** A figure in a unit, held against a limit in the same. */
  static Row figure(int section, String what, String nix, double value, String unit, double limit) {
    return new Row(
        section,
        what,
        nix,
        number(value) + " " + unit,
        "",
        value,
        limit == Double.POSITIVE_INFINITY ? "" : "≤ " + number(limit) + " " + unit,
        limit);
  }

  /** Something to be known, without a target. */
  static Row fact(int section, String what, String nix, String text, double value) {
    return new Row(section, what, nix, text, "", value, "", Double.POSITIVE_INFINITY);
  }

  /** Met, or by which factor it was missed; empty without a target. */
  String verdict() {
    if (limit == Double.POSITIVE_INFINITY) {
      return "";
    }
    return value <= limit ? "met" : "missed x%.2f".formatted(value / limit);
  }

  String markdown() {
    return "| %d | %s | %s | %s | %s | %s | %s |"
        .formatted(section, what, nix, arda, against, target, verdict());
  }

  private static String fraction(double ratio) {
    return ratio > 0 && ratio <= 0.5
        ? String.format(Locale.ROOT, "1/%s", number(1 / ratio))
        : String.format(Locale.ROOT, "%.2f", ratio);
  }

  private static String number(double value) {
    return value >= 10 || value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, value < 1 ? "%.3f" : "%.1f", value);
  }
}
