package dev.arda.client.cli;

import dev.arda.client.Environment;
import dev.arda.client.LibrarySettings;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;

/** The process of the {@code arda} command. */
public final class Main {

  private Main() {}

  /** Runs a command line and ends the process with its exit code. */
  public static void main(String[] args) {
    prepare();
    var environment = Environment.ofProcess();
    var console =
        new Console(
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            new FileInputStream(FileDescriptor.in),
            environment);
    var interruption = new Interruption(new ProcessSignals());
    var ending = new Ending(interruption, console);
    Runtime.getRuntime().addShutdownHook(ending);
    int code = new Arda(environment, console, interruption).run(Environment.processArguments(args));
    ending.expect();
    if (interruption.isTriggered()) {
      // The end has begun, and what is done then is under way.
      end(code);
    }
    // Nothing is left to be done, and Java would first set up its logs to be able to tell of the
    // end.
    Runtime.getRuntime().halt(code);
  }

  /** Ends the process, after what is to be done at its end. */
  static void end(int code) {
    System.exit(code);
  }

  /** Sets what libraries read when they are loaded. */
  static void prepare() {
    LibrarySettings.apply();
    // Netty would prepare events for Java's flight recorder, which takes a fifth of the whole time.
    System.setProperty("io.netty.jfr.enabled", "false");
    // picocli would look up all types of java.sql and java.time that it could convert words to.
    System.setProperty("picocli.converters.excludes", "java[.].*");
  }
}
