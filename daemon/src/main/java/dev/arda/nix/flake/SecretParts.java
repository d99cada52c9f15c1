package dev.arda.nix.flake;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes out of a text what is a secret by its form, whatever it is called: passwords in addresses,
 * private keys, what authorizes requests, and tokens that begin as their issuers have them begin so
 * that they are found where they should not be.
 */
final class SecretParts {

  private static final String INSTEAD = "…";

  /** The end of the name of a password, token or key. */
  private static final String NAME =
      "(?:password|(?<!no)passwd|passphrase|secret|token|(?<=[_-])pass|(?<![a-z])psk"
          + "|(?:api|private|preshared|secret|access|encryption|signing|auth)[_-]?key)";

  /**
   * What such a name may be set to that is no secret; databases of `nsswitch.conf` are among it.
   */
  private static final String OPEN =
      "(?!(?:true|false|null|none|yes|no|all|files|compat|db)(?![\\w.-]))";

  /**
   * What is replaced, but for the groups {@code before} and {@code behind} where there are such.
   */
  private static final List<Pattern> FORMS =
      List.of(
          Pattern.compile("(?<before>://[^/@:\\s]*:)[^/@\\s]+(?<behind>@)"),
          // Also one that was cut, or whose lines were joined.
          Pattern.compile(
              "(?s)-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
                  + "(?:(?!-----END ).)*+(?:-----END [A-Z0-9 ]*-----)?"),
          Pattern.compile("(?i)AGE-SECRET-KEY-[A-Z0-9-]{6,}"),
          Pattern.compile(
              "(?i)(?<before>\\bauthorization\\s*[:=]\\s*(?:basic|token)\\s+|\\bbearer\\s+)"
                  + "[\\w.~+/=-]{6,}"),
          // Also what was cut before its closing quote.
          Pattern.compile(
              "(?i)(?<before>"
                  + NAME
                  + "(?:\\\\?[\"'])?\\s*(?:=>|:=|[:=])\\s*(?<quote>\\\\?[\"']))"
                  + "(?![/$<{@])(?:(?!\\k<quote>)(?:\\\\.|[^\\n]))++"),
          Pattern.compile(
              "(?i)(?<before>"
                  + NAME
                  + "\\s*:?=\\s*)"
                  + OPEN
                  + "(?:[A-Za-z0-9+/]{43}=|[^\\s\"'/$<{@&;,=>\\\\][^\\s\"'&;,]*)"),
          // Where the line ends behind it: `token: hunter2`, but not `token: a word of prose`.
          Pattern.compile(
              "(?im)(?<before>"
                  + NAME
                  + "(?:\\\\?[\"'])?[ \\t]*:[ \\t]*)"
                  + OPEN
                  + "(?:[A-Za-z0-9+/]{43}=|[^\\s\"'/$<{@&;,\\[|>=!*:\\\\][^\\s\"',;]*?)"
                  + "(?=[}\\]]{0,8}[ \\t]*(?:$|[,#]))"),
          // An argument of a command, or the word behind that of a `.netrc`.
          Pattern.compile(
              "(?i)(?<before>(?:(?<![\\w-])--?(?:\\w+-)*"
                  + NAME
                  + "|\\blogin\\s+\\S+\\s+password)\\s+[\"']?)"
                  + "(?!(?:to|and|or|is|for|from|in|as|of|with|the|a|an|on|when|option|flag)\\b)"
                  + "[^\\s\"'/$<{@&;,|\\[-][^\\s\"'&;,]*"),
          Pattern.compile(
              "(?i)(?<before><[\\w.:-]{0,64}?" + NAME + "(?:\\s[^<>]*)?>\\s*)[^<\\s][^<]*"),
          Pattern.compile("\\beyJ[\\w-]{6,}(?:\\.[\\w-]*)+"),
          Pattern.compile("\\b(?:gh[pousr]_|github_pat_|npm_|hf_|dop_v1_|[sr]k_live_)\\w{6,}"),
          Pattern.compile(
              "\\b(?:gl(?:pat|ptt|dt|rt|rtr|cbt|ft|imt|oas|soat|agent)-|xox[a-z]-|xapp-|sk-|tskey-|pypi-|SG\\.)[\\w.-]*\\d[\\w.-]{5,}"),
          Pattern.compile("\\bsk-(?:(?:proj|ant|or|admin|svcacct)-[\\w-]{8,}|[A-Za-z0-9]{20,})"),
          Pattern.compile("\\b(?:AKIA|ASIA)[A-Z0-9]{12,}"),
          Pattern.compile("\\bAIza[\\w-]{20,}"),
          // Hashes of passwords, as crypt(5) writes them.
          Pattern.compile("\\$(?:1|2[abxy]|5|6|7|y|gy|argon2id?)\\$[\\w./$=,+-]{8,}"));

  private SecretParts() {}

  /** A text without them: each is {@code …}. */
  static String masked(String text) {
    String result = text;
    for (var form : FORMS) {
      var names = form.namedGroups();
      result =
          form.matcher(result)
              .replaceAll(
                  (names.containsKey("before") ? "${before}" : "")
                      + INSTEAD
                      + (names.containsKey("behind") ? "${behind}" : ""));
    }
    return result;
  }
}
