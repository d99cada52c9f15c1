package dev.arda.daemon.rpc;

import dev.arda.nix.core.CallerEnvironment;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Translates the caller's side of a request, after everything in it was checked. */
final class ContextTranslator {

  private ContextTranslator() {}

  /** Notes what is wrong with a context. */
  static void check(boolean present, dev.arda.v1.CallContext context, RequestCheck check) {
    if (!present) {
      check.require(false, "context", "is missing");
      return;
    }
    check
        .require(isAbsolute(context.getCwd()), "context.cwd", "is not an absolute path")
        .text(context.getCwd(), "context.cwd");
    if (!context.getNixProgram().isEmpty()) {
      check
          .require(
              isAbsolute(context.getNixProgram()), "context.nix_program", "is not an absolute path")
          .text(context.getNixProgram(), "context.nix_program");
    }
    checkOptions(context.getOptions(), check);
  }

  private static void checkOptions(dev.arda.v1.NixOptions options, RequestCheck check) {
    for (int i = 0; i < options.getSettingsCount(); i++) {
      var setting = options.getSettings(i);
      var field = "context.options.settings[" + i + "]";
      check
          .require(!setting.getName().isEmpty(), field + ".name", "is empty")
          .text(setting.getName(), field + ".name")
          .text(setting.getValue(), field + ".value");
    }
    for (int i = 0; i < options.getInputOverridesCount(); i++) {
      var override = options.getInputOverrides(i);
      var field = "context.options.input_overrides[" + i + "]";
      check
          .require(!override.getInputPath().isEmpty(), field + ".input_path", "is empty")
          .require(!override.getFlakeRef().isEmpty(), field + ".flake_ref", "is empty")
          .text(override.getInputPath(), field + ".input_path")
          .text(override.getFlakeRef(), field + ".flake_ref");
    }
    check.text(options.getSystem(), "context.options.system");
  }

  private static boolean isAbsolute(String path) {
    return path.startsWith("/");
  }

  /**
   * Translates a context that was checked. Only the variables on the allow-list are kept; of an
   * impure question the others as well, apart.
   */
  static CallContext translate(dev.arda.v1.CallContext context) {
    var options = options(context.getOptions());
    return new CallContext(
        Path.of(context.getCwd()),
        text(context.getNixProgram()).map(Path::of),
        options,
        CallerEnvironment.allowed(context.getEnvMap()),
        options.impure() ? CallerEnvironment.others(context.getEnvMap()) : Map.of());
  }

  private static NixOptions options(dev.arda.v1.NixOptions options) {
    return new NixOptions(
        options.getSettingsList().stream()
            .map(s -> new NixOptions.Setting(s.getName(), s.getValue()))
            .toList(),
        options.getInputOverridesList().stream()
            .map(o -> new NixOptions.InputOverride(o.getInputPath(), o.getFlakeRef()))
            .toList(),
        options.getImpure(),
        options.getOffline(),
        options.getRefresh(),
        options.getShowTrace(),
        text(options.getSystem()),
        options.getDebug(),
        options.getNoWriteLockFile());
  }

  /** Proto3 says "not given" with an empty string. */
  private static Optional<String> text(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }
}
