package dev.arda.client;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which variables a client sends with its questions: those that may change what Nix answers. The
 * daemon has the same list and drops everything else; keeping to it here keeps secrets out of the
 * request in the first place.
 */
public final class CallerEnvironment {

  private static final Set<String> NAMES =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LOGNAME",
          "LANG",
          "LANGUAGE",
          "LOCALE_ARCHIVE",
          "TZ",
          "TMPDIR",
          "SSH_AUTH_SOCK",
          "IN_NIX_SANDBOX",
          "LOCK_NIX",
          "CURL_CA_BUNDLE",
          "GIT_SSL_CAINFO",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR");

  private static final Pattern FAMILIES =
      Pattern.compile(
          "(ARDA|CLAN|NIX|XDG|LC)_[A-Z0-9_]+|(https?|ftp|all|no)_proxy|(HTTPS?|FTP|ALL|NO)_PROXY");

  private CallerEnvironment() {}

  /** The variables that are on the list, by name. */
  public static Map<String, String> allowed(Map<String, String> variables) {
    var result = new TreeMap<String, String>();
    variables.forEach((name, value) -> {
      if (NAMES.contains(name) || FAMILIES.matcher(name).matches()) {
        result.put(name, value);
      }
    });
    return result;
  }
}
