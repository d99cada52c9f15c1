package dev.arda.nix.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The settings that a Nix uses, as a flat map (the seed's {@code nix_config}, section 1.2).
 *
 * @param settings values by name, as one would write them in {@code nix.conf}: {@code true}, words
 *     separated by spaces, {@code key=value} pairs separated by spaces; may hold credentials. Nix
 *     2.8 prints {@code experimental-features} as numbers, which have no meaning elsewhere
 */
public record NixConfig(Map<String, String> settings) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the map, in the order of names. */
  public NixConfig {
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /** Reads what {@code nix config show --json} printed. */
  static NixConfig parse(byte[] json) {
    try {
      var result = new TreeMap<String, String>();
      for (var entry : JSON.readTree(json).properties()) {
        result.put(entry.getKey(), text(entry.getValue().path("value")));
      }
      return new NixConfig(result);
    } catch (IOException e) {
      throw new CommandException(
          Reason.NIX_UNUSABLE, "The settings that Nix printed cannot be read.");
    }
  }

  private static String text(JsonNode value) {
    var parts = new ArrayList<String>();
    if (value.isObject()) {
      value.properties().forEach(entry -> parts.add(entry.getKey() + "=" + text(entry.getValue())));
    } else if (value.isArray()) {
      value.forEach(element -> parts.add(text(element)));
    } else if (!value.isNull()) {
      return value.asText();
    }
    return String.join(" ", parts);
  }

  /** One setting. */
  public Optional<String> setting(String name) {
    return Optional.ofNullable(settings.get(name));
  }

  /** Whether a setting is {@code true}. */
  public boolean isOn(String name) {
    return "true".equals(settings.get(name));
  }

  /** The system Nix evaluates and builds for, for example {@code x86_64-linux}. */
  public String system() {
    return setting("system")
        .orElseThrow(
            () -> new CommandException(Reason.NIX_UNUSABLE, "Nix does not say its system."));
  }

  /** Only the number of settings: some are credentials. */
  @Override
  public String toString() {
    return "NixConfig[" + settings.size() + " settings]";
  }
}
