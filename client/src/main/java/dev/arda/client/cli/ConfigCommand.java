package dev.arda.client.cli;

import dev.arda.client.Setting;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda config}: the environment variables that count. */
final class ConfigCommand implements Command {

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .header("Shows the environment variables that arda reads, and what they say now.");
    spec.addOption(
        OptionSpec.builder("--docs")
            .arity("0")
            .type(boolean.class)
            .description("Print what they mean instead, as Markdown.")
            .build());
  }

  @Override
  public int run(Session session, ParseResult arguments) {
    var out = session.console().out();
    if (arguments.hasMatchedOption("--docs")) {
      out.text(Setting.markdown());
      return ExitCode.OK;
    }
    var fields = new JsonFields();
    for (var setting : Setting.values()) {
      var set = session.environment().get(setting);
      var value = set.orElseGet(() -> otherwise(session, setting));
      if (session.options().json()) {
        fields.raw(
            setting.name(),
            new JsonFields().put("value", value).put("set", set.isPresent()).toString());
      } else {
        out.line(
            "%-23s %s%s".formatted(setting.name(), value, set.isPresent() ? "" : " (default)"));
      }
    }
    if (session.options().json()) {
      out.line(fields.toString());
    }
    return ExitCode.OK;
  }

  private static String otherwise(Session session, Setting setting) {
    var location = session.connector().location();
    return switch (setting) {
      case ARDA_RUNTIME_DIR -> location.runtimeDirectory().toString();
      case ARDA_STATE_DIR -> location.stateDirectory().toString();
      case HOME -> session.environment().home().toString();
      case ARDA_IDLE_TIMEOUT,
          ARDA_MAX_BUILDS,
          ARDA_OPERATIONS_KEPT,
          ARDA_OPERATIONS_DAYS,
          ARDA_OPERATIONS_MIB,
          ARDA_SLOW_EVALUATION,
          ARDA_START_TIMEOUT,
          ARDA_COMPLETION_TIMEOUT,
          ARDA_FLAKE,
          CLAN_DIR,
          XDG_RUNTIME_DIR,
          XDG_STATE_HOME,
          TMPDIR,
          PATH,
          NO_COLOR,
          TERM,
          COLUMNS,
          LC_ALL,
          LC_CTYPE,
          LANG ->
          setting.defaultText();
    };
  }
}
