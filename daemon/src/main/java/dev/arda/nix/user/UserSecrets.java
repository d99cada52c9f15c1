package dev.arda.nix.user;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.store.StoreDirectory;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.People.Person;
import dev.arda.nix.user.SecretDeclarations.Declared;
import dev.arda.nix.user.age.Age;
import dev.arda.nix.user.age.AgeIdentities;
import dev.arda.nix.user.age.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The secrets of users (the seed, sections 14.1 and 15.7): files of the format age beside the
 * user's configuration in the flake (ADR 25). {@code clan.core.users.NAME.secrets} says which there
 * are, for whom, and where they go. Thread-safe; every method blocks.
 *
 * @param tools what the flake is asked with
 */
public record UserSecrets(UserTools tools) {

  /** How far a secret is. */
  public enum State {
    /** It has no value yet. */
    UNSET,
    /** It has one. */
    SET,
    /** It is for more or fewer recipients than the flake says now. */
    STALE,
    /** Its file is no file of age. */
    DAMAGED,
    /** There is a file, and the flake declares no such secret. */
    UNDECLARED
  }

  /**
   * What can be said of a secret.
   *
   * @param name its name
   * @param path below the home directory, where a link to it is made; empty: none is
   * @param hosts the hosts that it is for; none: all
   * @param file the encrypted file, below the root of the flake's tree
   * @param recipients for how many keys it should be
   * @param state how far it is
   */
  public record Listed(
      String name, String path, List<String> hosts, String file, int recipients, State state) {
    /** Copies the list. */
    public Listed {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * A file that was written, or removed.
   *
   * @param file absolute path
   * @param tracked whether git knows it; else the flake is in no repository
   */
  public record Written(String file, boolean tracked) {}

  /**
   * The secrets of a user; nothing is decrypted.
   *
   * @return in bytewise order of their names
   * @throws NixException {@code USER_NOT_FOUND}, {@code USER_DESCRIPTION_INVALID}
   */
  public List<Listed> list(Person person) {
    var declared = declared(person);
    var files = files(person.context(), declared);
    var result = new TreeMap<String, Listed>();
    for (var one : declared.secrets()) {
      var recipients = declared.recipients(one).size();
      result.put(
          one.name().text(),
          new Listed(
              one.name().text(),
              one.path(),
              one.hosts(),
              declared.fileOf(one.name()),
              recipients,
              Optional.ofNullable(files.get(one.name().text()))
                  .map(file -> state(file, recipients))
                  .orElse(State.UNSET)));
    }
    for (var name : files.keySet()) {
      result.computeIfAbsent(
          name,
          _ ->
              new Listed(
                  name, "", List.of(), declared.fileOf(new SecretName(name)), 0, State.UNDECLARED));
    }
    return List.copyOf(result.values());
  }

  private static State state(byte[] file, int recipients) {
    int found = Age.recipients(file);
    return found < 0 ? State.DAMAGED : found == recipients ? State.SET : State.STALE;
  }

  /**
   * Gives a secret a value.
   *
   * @throws NixException {@code SECRET_MISSING}: it is not declared; {@code FLAKE_READ_ONLY},
   *     {@code COMMAND_FAILED}: the flake is as it was
   */
  public Written set(Person person, SecretName name, SecretValue value) {
    if (value.size() == 0 || value.size() > SecretValue.LIMIT) {
      throw new UserException(
          Reason.REQUEST_INVALID,
          "A secret has between 1 and %,d bytes.".formatted(SecretValue.LIMIT));
    }
    var declared = declared(person);
    return write(person, declared, declared.get(name), value);
  }

  private Written write(
      Person person, SecretDeclarations declared, Declared secret, SecretValue value) {
    var recipients = declared.recipients(secret);
    if (recipients.isEmpty()) {
      throw new UserException(
          Reason.SECRET_MISSING,
          "The secret %s would be for nobody: %s names no recipients for it, such as recipients.users = [ \"age1…\" ];."
              .formatted(secret.name(), declared.file()),
          Details.NONE.with("secret", secret.name().text()));
    }
    var tree = tree(person);
    var file = tree.root().resolve(declared.fileOf(secret.name()));
    var tracked = writer(person, tree).put(file, Age.encrypt(value, recipients), false);
    return new Written(file.toString(), tracked);
  }

  /**
   * The value of a secret.
   *
   * @param identity file of the keys; empty: the usual one
   * @throws NixException {@code SECRET_MISSING}, {@code IDENTITY_UNUSABLE}, {@code
   *     SECRET_UNREADABLE}
   */
  public SecretValue get(Person person, SecretName name, Optional<Path> identity) {
    var declared = declared(person);
    var files = files(person.context(), declared);
    if (!files.containsKey(name.text())) {
      throw unset(person.name(), declared.get(name).name());
    }
    return decrypt(name, files, identities(person.context(), identity));
  }

  /**
   * Encrypts secrets anew, for those for whom the flake says now that they are. All are decrypted
   * before any is written.
   *
   * @param names which; none: all that have a value
   * @return in bytewise order of their names
   * @throws NixException as {@link #get} and {@link #set}
   */
  public List<Written> rotate(Person person, List<SecretName> names, Optional<Path> identity) {
    var declared = declared(person);
    var files = files(person.context(), declared);
    var wanted =
        names.isEmpty()
            ? declared.secrets().stream()
                .filter(one -> files.containsKey(one.name().text()))
                .toList()
            : names.stream().distinct().map(declared::get).toList();
    var values = new LinkedHashMap<Declared, SecretValue>();
    try {
      var identities =
          wanted.isEmpty()
              ? Optional.<AgeIdentities>empty()
              : Optional.of(identities(person.context(), identity));
      for (var one : wanted) {
        if (!files.containsKey(one.name().text())) {
          throw unset(person.name(), one.name());
        }
        values.put(one, decrypt(one.name(), files, identities.orElseThrow()));
      }
      var result = new ArrayList<Written>();
      values.forEach((one, value) -> result.add(write(person, declared, one, value)));
      return result;
    } finally {
      values.values().forEach(SecretValue::close);
    }
  }

  /**
   * Removes the value of a secret; that it is declared stays to be taken back by hand.
   *
   * @throws NixException {@code SECRET_MISSING}; as {@link #set}
   */
  public Written delete(Person person, SecretName name) {
    var declared = declared(person);
    var tree = tree(person);
    var file = tree.root().resolve(declared.fileOf(name));
    if (!Files.isRegularFile(file)) {
      throw unset(person.name(), name);
    }
    return new Written(file.toString(), writer(person, tree).remove(file));
  }

  /**
   * The values that a host is to have.
   *
   * @throws NixException as {@link #get}; that one is not set is an error here too
   */
  List<HomeSecret> values(
      CallContext context,
      String user,
      SecretDeclarations declared,
      String host,
      Optional<Path> identity) {
    var wanted = declared.on(host);
    if (wanted.isEmpty()) {
      return List.of();
    }
    var files = files(context, declared);
    for (var one : wanted) {
      if (!files.containsKey(one.name().text())) {
        throw unset(user, one.name());
      }
    }
    var identities = identities(context, identity);
    var result = new ArrayList<HomeSecret>();
    boolean all = false;
    try {
      for (var one : wanted) {
        result.add(new HomeSecret(one.name(), one.path(), decrypt(one.name(), files, identities)));
      }
      all = true;
      return result;
    } finally {
      if (!all) {
        result.forEach(HomeSecret::close);
      }
    }
  }

  private AgeIdentities identities(CallContext context, Optional<Path> identity) {
    return AgeIdentities.read(context, identity, tools.self());
  }

  private static SecretValue decrypt(
      SecretName name, Map<String, byte[]> files, AgeIdentities identities) {
    return Age.decrypt(
        Optional.ofNullable(files.get(name.text())).orElseThrow(), identities, name.text());
  }

  private static UserException unset(String user, SecretName name) {
    return new UserException(
        Reason.SECRET_MISSING,
        "The secret %s has no value; arda user secrets set %s %s gives it one."
            .formatted(name, user.replaceAll("\\p{Cc}", "?"), name),
        Details.NONE.with("secret", name.text()));
  }

  private WritableTree tree(Person person) {
    return WritableTree.of(
        tools.flakes().metadata(person.context(), person.flake(), ProgressListener.NONE).state());
  }

  private FlakeWriter writer(Person person, WritableTree tree) {
    return new FlakeWriter(tools.runner(), person.context(), tree.flake());
  }

  private SecretDeclarations declared(Person person) {
    try (var shell = tools.shell(person.context())) {
      var search =
          new HomeSearch(tools, person.context(), person.flake(), shell, ProgressListener.NONE);
      var shown = person.name().replaceAll("\\p{Cc}", "?");
      var found =
          search
              .secrets(person.name(), search.names())
              .orElseThrow(() ->
                  new UserException(
                      Reason.USER_NOT_FOUND,
                      "The flake has no clan.core.users.%s, which would say what secrets there are."
                          .formatted(shown),
                      Details.NONE.with("user", shown)));
      if (found.file().isEmpty()) {
        throw new UserException(
            Reason.SECRET_MISSING,
            "clan.core.users.%s declares no secrets; write secrets = ./users/%s/secrets.nix; there first."
                .formatted(shown, shown),
            Details.NONE.with("user", shown));
      }
      return found;
    }
  }

  /** What the flake has, by names: of its state, as everything else that it is asked for. */
  private static Map<String, byte[]> files(CallContext context, SecretDeclarations declared) {
    var result = new TreeMap<String, byte[]>();
    if (declared.file().isEmpty()) {
      return result;
    }
    var folder =
        StoreDirectory.of(context).getPhysicalStorePath(declared.tree() + "/" + declared.folder());
    if (!Files.isDirectory(folder)) {
      return result;
    }
    try (var found = Files.newDirectoryStream(folder, "*.age")) {
      for (var file : found) {
        var name = file.getFileName().toString().replaceFirst("\\.age$", "");
        if (SecretName.isName(name) && Files.size(file) <= Age.FILE_LIMIT) {
          result.put(name, Files.readAllBytes(file));
        }
      }
      return result;
    } catch (IOException e) {
      throw new UserException(
          Reason.COMMAND_FAILED,
          "The secrets in %s cannot be read.".formatted(declared.folder()),
          Details.NONE.with(e));
    }
  }
}
