package dev.arda.client.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** What most commands take: words, options with a value, and flags. */
final class Arguments {

  private Arguments() {}

  /** Adds a flag. */
  static void flag(CommandSpec spec, String name, String description) {
    spec.addOption(
        OptionSpec.builder(name).arity("0").type(boolean.class).description(description).build());
  }

  /** Adds an option with a value. */
  static void option(CommandSpec spec, String name, String label, String description) {
    spec.addOption(
        OptionSpec.builder(name)
            .arity("1")
            .type(String.class)
            .paramLabel(label)
            .description(description)
            .build());
  }

  /** Adds an option with a number. */
  static void number(CommandSpec spec, String name, String description) {
    spec.addOption(
        OptionSpec.builder(name)
            .arity("1")
            .type(int.class)
            .paramLabel("N")
            .description(description)
            .build());
  }

  /**
   * The number that is the value of an option.
   *
   * @param least the smallest that makes sense
   * @param otherwise what counts if it was not given
   */
  static int number(ParseResult arguments, String name, int least, int otherwise) {
    if (!arguments.hasMatchedOption(name)) {
      return otherwise;
    }
    int number = arguments.<Integer>matchedOptionValue(name, otherwise);
    if (number < least) {
      throw new UsageException("%s takes a number from %d".formatted(name, least));
    }
    return number;
  }

  /**
   * Adds words.
   *
   * @param arity how many, for example {@code 1..*}
   */
  static void words(CommandSpec spec, String label, String arity, String description) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel(label)
            .arity(arity)
            .required(!arity.startsWith("0"))
            .index("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description(description)
            .build());
  }

  /** The words. */
  static List<String> words(ParseResult arguments) {
    return arguments.matchedPositionalValue(0, List.<String>of());
  }

  /** The value of an option. */
  static Optional<String> value(ParseResult arguments, String name) {
    return arguments.hasMatchedOption(name)
        ? Optional.of(arguments.<String>matchedOptionValue(name, ""))
        : Optional.empty();
  }

  /** The value of an option; empty: it was not given. */
  static String text(ParseResult arguments, String name) {
    return value(arguments, name).orElse("");
  }

  /**
   * The value of an option that may not be nothing; empty: it was not given.
   *
   * @param what it takes, for the message
   * @throws UsageException if it is given as nothing, as by a variable that is not set
   */
  static String filled(ParseResult arguments, String name, String what) {
    var value = value(arguments, name);
    if (value.filter(String::isBlank).isPresent()) {
      throw new UsageException("%s takes %s, and not an empty text".formatted(name, what));
    }
    return value.orElse("");
  }

  /** The absolute path that the value of an option means; empty: it was not given. */
  static String path(Session session, ParseResult arguments, String name) {
    return value(arguments, name)
        .map(path -> session.environment().cwd().resolve(path).normalize().toString())
        .orElse("");
  }
}
