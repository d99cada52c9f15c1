package dev.arda.client.cli;

import dev.arda.client.Environment;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The process that {@code share/arda/train.sh} runs in place of {@link Main}: many command lines,
 * one after another, so that one cache holds the classes of all of them. Each is run for a pipe and
 * for a terminal. What comes of them does not matter.
 */
public final class Training {

  /** Stands between two command lines. */
  private static final String THEN = "--then";

  /** The variable that made this process write a cache; no daemon it starts must write one, too. */
  private static final String OUTPUT = "ARDA_AOT_OUTPUT";

  private Training() {}

  /** Runs command lines and ends the process. */
  public static void main(String[] args) {
    Main.prepare();
    var process = Environment.ofProcess();
    var variables = new TreeMap<>(process.variables());
    variables.remove(OUTPUT);
    for (var terminals : List.of("", "12")) {
      var environment =
          new Environment(variables, process.cwd(), process.launcher(), terminals, process.uid());
      for (var line : lines(Environment.processArguments(args))) {
        run(environment, line);
      }
    }
    Main.end(ExitCode.OK);
  }

  private static void run(Environment environment, List<String> line) {
    var console =
        new Console(
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            environment);
    var interruption = new Interruption(new ProcessSignals());
    var ending = new Ending(interruption, console);
    var _ = new Arda(environment, console, interruption).run(line);
    ending.expect();
    Runtime.getRuntime().addShutdownHook(ending);
  }

  private static List<List<String>> lines(List<String> words) {
    var lines = new ArrayList<List<String>>();
    var line = new ArrayList<String>();
    for (var word : words) {
      if (word.equals(THEN)) {
        lines.add(List.copyOf(line));
        line.clear();
      } else {
        line.add(word);
      }
    }
    lines.add(List.copyOf(line));
    return lines;
  }
}
