package dev.arda.daemon.rpc;

import com.google.protobuf.ByteString;
import dev.arda.nix.user.People.Person;
import dev.arda.nix.user.SecretName;
import dev.arda.nix.user.UserSecrets;
import dev.arda.nix.user.age.SecretValue;
import dev.arda.v1.CallContext;
import dev.arda.v1.DeleteUserSecretRequest;
import dev.arda.v1.DeleteUserSecretResponse;
import dev.arda.v1.GetUserSecretRequest;
import dev.arda.v1.GetUserSecretResponse;
import dev.arda.v1.ListUserSecretsRequest;
import dev.arda.v1.ListUserSecretsResponse;
import dev.arda.v1.RotateUserSecretsRequest;
import dev.arda.v1.RotateUserSecretsResponse;
import dev.arda.v1.SecretFile;
import dev.arda.v1.SetUserSecretRequest;
import dev.arda.v1.SetUserSecretResponse;
import dev.arda.v1.UserSecret;
import dev.arda.v1.UserSecretServiceGrpc.UserSecretServiceImplBase;
import dev.arda.v1.UserSecretState;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.Optional;

/** {@code arda.v1.UserSecretService}. */
final class UserSecretRpc extends UserSecretServiceImplBase {

  private static final int MAX_NAMES = 1000;

  private final UserSecrets secrets;
  private final CallRunner runner;

  UserSecretRpc(UserSecrets secrets, CallRunner runner) {
    this.secrets = secrets;
    this.runner = runner;
  }

  @Override
  public void listUserSecrets(
      ListUserSecretsRequest request, StreamObserver<ListUserSecretsResponse> responses) {
    runner.unary(responses, () -> list(request));
  }

  private ListUserSecretsResponse list(ListUserSecretsRequest request) {
    check(request.hasContext(), request.getContext(), request.getFlake(), request.getUser()).done();
    var result = ListUserSecretsResponse.newBuilder();
    secrets
        .list(person(request.getContext(), request.getFlake(), request.getUser()))
        .forEach(one -> result.addSecrets(translate(one)));
    return result.build();
  }

  private static UserSecret translate(UserSecrets.Listed one) {
    return UserSecret.newBuilder()
        .setName(one.name())
        .setPath(one.path())
        .addAllHosts(one.hosts())
        .setFile(one.file())
        .setRecipients(one.recipients())
        .setState(
            switch (one.state()) {
              case UNSET -> UserSecretState.USER_SECRET_STATE_UNSET;
              case SET -> UserSecretState.USER_SECRET_STATE_SET;
              case STALE -> UserSecretState.USER_SECRET_STATE_STALE;
              case DAMAGED -> UserSecretState.USER_SECRET_STATE_DAMAGED;
              case UNDECLARED -> UserSecretState.USER_SECRET_STATE_UNDECLARED;
            })
        .build();
  }

  @Override
  public void setUserSecret(
      SetUserSecretRequest request, StreamObserver<SetUserSecretResponse> responses) {
    runner.unary(responses, () -> set(request));
  }

  private SetUserSecretResponse set(SetUserSecretRequest request) {
    check(request.hasContext(), request.getContext(), request.getFlake(), request.getUser()).done();
    var name = new SecretName(request.getName());
    try (var value = new SecretValue(request.getValue().toByteArray())) {
      var written =
          secrets.set(
              person(request.getContext(), request.getFlake(), request.getUser()), name, value);
      return SetUserSecretResponse.newBuilder().setFile(file(written)).build();
    }
  }

  @Override
  public void getUserSecret(
      GetUserSecretRequest request, StreamObserver<GetUserSecretResponse> responses) {
    runner.unary(responses, () -> get(request));
  }

  private GetUserSecretResponse get(GetUserSecretRequest request) {
    check(request.hasContext(), request.getContext(), request.getFlake(), request.getUser())
        .require(isIdentity(request.getIdentity()), "identity", "is not an absolute path")
        .done();
    try (var value =
        secrets.get(
            person(request.getContext(), request.getFlake(), request.getUser()),
            new SecretName(request.getName()),
            identity(request.getIdentity()))) {
      return GetUserSecretResponse.newBuilder()
          .setValue(ByteString.copyFrom(value.bytes()))
          .build();
    }
  }

  @Override
  public void rotateUserSecrets(
      RotateUserSecretsRequest request, StreamObserver<RotateUserSecretsResponse> responses) {
    runner.unary(responses, () -> rotate(request));
  }

  private RotateUserSecretsResponse rotate(RotateUserSecretsRequest request) {
    var check =
        check(request.hasContext(), request.getContext(), request.getFlake(), request.getUser());
    RepeatedCheck.optionalTexts(request.getNamesList(), "names", MAX_NAMES, check);
    check.require(isIdentity(request.getIdentity()), "identity", "is not an absolute path").done();
    var result = RotateUserSecretsResponse.newBuilder();
    secrets
        .rotate(
            person(request.getContext(), request.getFlake(), request.getUser()),
            request.getNamesList().stream().map(SecretName::new).toList(),
            identity(request.getIdentity()))
        .forEach(written -> result.addFiles(file(written)));
    return result.build();
  }

  @Override
  public void deleteUserSecret(
      DeleteUserSecretRequest request, StreamObserver<DeleteUserSecretResponse> responses) {
    runner.unary(responses, () -> delete(request));
  }

  private DeleteUserSecretResponse delete(DeleteUserSecretRequest request) {
    check(request.hasContext(), request.getContext(), request.getFlake(), request.getUser()).done();
    return DeleteUserSecretResponse.newBuilder()
        .setFile(
            file(
                secrets.delete(
                    person(request.getContext(), request.getFlake(), request.getUser()),
                    new SecretName(request.getName()))))
        .build();
  }

  private static SecretFile file(UserSecrets.Written written) {
    return SecretFile.newBuilder().setPath(written.file()).setTracked(written.tracked()).build();
  }

  private static RequestCheck check(
      boolean hasContext, CallContext context, String flake, String user) {
    var check = new RequestCheck();
    ContextTranslator.check(hasContext, context, check);
    return check
        .text(flake, "flake")
        .require(!user.isEmpty(), "user", "is empty")
        .text(user, "user");
  }

  private static Person person(CallContext context, String flake, String user) {
    return new Person(ContextTranslator.translate(context), flake, user);
  }

  /** Whether a text can name a file of keys. */
  static boolean isIdentity(String path) {
    return path.isEmpty() || (path.startsWith("/") && path.indexOf('\0') < 0);
  }

  /** The file of keys that a request names; empty: the usual one. */
  static Optional<Path> identity(String path) {
    return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
  }
}
