package dev.arda.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was asked for.
 *
 * @param quick few repetitions: shows that everything works, and little else
 * @param only numbers of the sections to run
 * @param nixes the Nix programs, absolute
 * @param json where to write the table as JSON
 * @param distribution the arda to measure
 * @param fleet the flake to measure with; it is copied
 */
record Options(
    boolean quick,
    Set<Integer> only,
    List<Path> nixes,
    Optional<Path> json,
    Path distribution,
    Path fleet) {

  /**
   * Reads a command line.
   *
   * @param nixes Nix programs to use where none is named, joined by colons
   * @throws IllegalArgumentException if it cannot be understood
   */
  static Options parse(List<String> arguments, String nixes, Path repository) {
    boolean quick = false;
    var only = new TreeSet<Integer>();
    var named = new LinkedHashSet<Path>();
    Optional<Path> json = Optional.empty();
    for (Iterator<String> words = arguments.iterator(); words.hasNext(); ) {
      String word = words.next();
      switch (word) {
        case "--quick" -> quick = true;
        case "--only" ->
            Arrays.stream(argument(word, words).split(","))
                .map(Integer::valueOf)
                .forEach(only::add);
        case "--nix" -> named.add(program(argument(word, words)));
        case "--json" -> json = Optional.of(Path.of(argument(word, words)).toAbsolutePath());
        default -> throw new IllegalArgumentException("what is " + word + "?");
      }
    }
    if (named.isEmpty()) {
      Arrays.stream(nixes.split(":"))
          .filter(s -> !s.isEmpty())
          .map(Options::program)
          .forEach(named::add);
    }
    if (named.isEmpty()) {
      throw new IllegalArgumentException("no Nix to measure against");
    }
    return new Options(
        quick,
        only,
        new ArrayList<>(named),
        json,
        repository.resolve("target/arda"),
        repository.resolve("scripts/bench/fleet"));
  }

  /** One number or another, by how much time there is. */
  int times(int many, int few) {
    return quick ? few : many;
  }

  /** Whether a section is to be run. */
  boolean wants(int section) {
    return only.isEmpty() || only.contains(section);
  }

  private static String argument(String option, Iterator<String> words) {
    if (!words.hasNext()) {
      throw new IllegalArgumentException(option + " needs an argument");
    }
    return words.next();
  }

  private static Path program(String text) {
    Path program = Path.of(text).toAbsolutePath();
    if (!Files.isExecutable(program) || !program.endsWith("nix")) {
      throw new IllegalArgumentException(text + " is no program of the name nix");
    }
    return program;
  }
}
