package dev.arda.nix.core;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which variables of a caller may reach Nix and the programs that Nix runs. Everything else is
 * dropped, however it was sent, so that neither a loader variable nor a stray setting of one shell
 * changes what another one sees.
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

  private static final Pattern SETTABLE = Pattern.compile("[^=\\x00]+");
  private static final Pattern LOADING =
      Pattern.compile("(LD|DYLD)_.*|BASH_ENV|ENV|SHELLOPTS|BASHOPTS|BASH_FUNC_.*|GIT_.*");

  private CallerEnvironment() {}

  /**
   * The variables that are on the list, by name.
   *
   * @param environment a caller's variables
   */
  public static Map<String, String> allowed(Map<String, String> environment) {
    var result = new TreeMap<String, String>();
    environment.forEach((name, value) -> {
      if (isListed(name) && value.indexOf('\0') < 0) {
        result.put(name, value);
      }
    });
    return result;
  }

  /**
   * The variables that are not on the list, and that an impure evaluation may read. Those that
   * change how a program is loaded or a shell begins are none of them: Nix would never get to
   * evaluate.
   *
   * @param environment a caller's variables
   */
  public static Map<String, String> others(Map<String, String> environment) {
    var result = new TreeMap<String, String>();
    environment.forEach((name, value) -> {
      if (!isListed(name)
          && SETTABLE.matcher(name).matches()
          && !LOADING.matcher(name).matches()
          && value.indexOf('\0') < 0) {
        result.put(name, value);
      }
    });
    return result;
  }

  private static boolean isListed(String name) {
    return NAMES.contains(name) || FAMILIES.matcher(name).matches();
  }
}
