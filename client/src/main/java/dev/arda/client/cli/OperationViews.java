package dev.arda.client.cli;

import dev.arda.client.Setting;
import dev.arda.client.cli.view.Experience;
import dev.arda.client.cli.view.JLineScreen;
import dev.arda.client.cli.view.JsonPrinter;
import dev.arda.client.cli.view.LivePrinter;
import dev.arda.client.cli.view.OperationPrinter;
import dev.arda.client.cli.view.PlainPrinter;
import dev.arda.client.cli.view.QuietPrinter;
import dev.arda.client.cli.view.Screen;
import dev.arda.client.cli.view.SttyScreen;
import java.time.Clock;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** How an operation is shown: as the options of the command and the terminal have it. */
final class OperationViews {

  private OperationViews() {}

  /**
   * What the user wishes to see.
   *
   * @param quiet nothing while it goes on
   * @param logs what builds print
   */
  record Wish(boolean quiet, boolean logs) {

    /** Adds the options that say it to a command. */
    static void addTo(CommandSpec spec) {
      spec.addOption(
          OptionSpec.builder("--print-build-logs", "-L")
              .arity("0")
              .type(boolean.class)
              .description("Show everything that builds print.")
              .build());
      spec.addOption(
          OptionSpec.builder("--quiet")
              .arity("0")
              .type(boolean.class)
              .description("Show no progress, only results and errors.")
              .build());
    }

    /** As the command line says it. */
    static Wish of(ParseResult arguments) {
      return new Wish(
          arguments.hasMatchedOption("--quiet"), arguments.hasMatchedOption("--print-build-logs"));
    }
  }

  /** The view for an operation that is asked for now. It is taken away when the user stops. */
  static OperationPrinter open(Session session, Wish wish, Experience experience) {
    var console = session.console();
    console.spinner().stop();
    if (session.options().json()) {
      return new JsonPrinter(line -> {
        console.out().line(line);
        console.out().flush();
      });
    }
    if (wish.quiet()) {
      return new QuietPrinter();
    }
    if (!console.errCanRedraw()) {
      return new PlainPrinter(console::progress, console.style(), wish.logs());
    }
    var live =
        new LivePrinter(
            console::progress,
            () -> screen(session),
            new LivePrinter.Look(console.style(), console.unicode(), wish.logs()),
            experience,
            Clock.systemUTC());
    session.interruption().onTrigger(live::close);
    return new Suspendable(
        live.start(), session.interruption().signals().onSuspend(live::suspend, live::resume));
  }

  private static Screen screen(Session session) {
    var environment = session.environment();
    return new JLineScreen(
        environment.get(Setting.TERM).orElse("dumb"),
        () ->
            new SttyScreen(
                () ->
                    SttySize.ask(environment)
                        .map(size -> new Screen.Size(size.columns(), size.rows())),
                System::nanoTime));
  }

  /** A view that leaves the terminal while the process is stopped. */
  private record Suspendable(LivePrinter live, Signals.Registration suspending)
      implements OperationPrinter {
    @Override
    public void show(dev.arda.v1.OperationEvent event) {
      live.show(event);
    }

    @Override
    public void say(String text) {
      live.say(text);
    }

    @Override
    public void aside(Runnable work) {
      live.suspend();
      try {
        work.run();
      } finally {
        live.resume();
      }
    }

    @Override
    public void close() {
      suspending.close();
      live.close();
    }
  }
}
