package dev.arda.client.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The option that names a specialisation to activate. */
final class SpecialisationOption {

  static final String NAME = "--specialisation";

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]*");

  private SpecialisationOption() {}

  /** Adds it. */
  static void addTo(CommandSpec spec, String description) {
    Arguments.option(spec, NAME, "NAME", description);
  }

  /**
   * What it names; empty: it was not given.
   *
   * @throws UsageException if nothing can have that name
   */
  static String of(ParseResult arguments) {
    var name = Arguments.filled(arguments, NAME, "the name of a specialisation");
    if (!name.isEmpty() && !FORM.matcher(name).matches()) {
      throw new UsageException("%s takes a name, and %s cannot be one".formatted(NAME, name));
    }
    return name;
  }
}
