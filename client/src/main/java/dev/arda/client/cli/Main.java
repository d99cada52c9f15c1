package dev.arda.client.cli;

import dev.arda.client.Environment;
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
    end(code);
  }

  /** Ends the process. */
  static void end(int code) {
    System.exit(code);
  }

  /** Sets what libraries read when they are loaded. */
  static void prepare() {
    // gRPC logs by way of java.util.logging; what a user must know arrives as the status of a call.
    System.setProperty("java.util.logging.config.file", "/dev/null");
    // Netty would prepare events for Java's flight recorder, which takes a fifth of the whole time.
    System.setProperty("io.netty.jfr.enabled", "false");
    // picocli would look up all types of java.sql and java.time that it could convert words to.
    System.setProperty("picocli.converters.excludes", "java[.].*");
  }
}
