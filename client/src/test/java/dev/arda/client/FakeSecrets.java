package dev.arda.client;

import com.google.protobuf.ByteString;
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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps no secrets, and remembers what it was asked. */
public final class FakeSecrets extends UserSecretServiceImplBase {

  public final List<SetUserSecretRequest> set = new CopyOnWriteArrayList<>();
  public final List<GetUserSecretRequest> got = new CopyOnWriteArrayList<>();
  public final List<RotateUserSecretsRequest> rotated = new CopyOnWriteArrayList<>();

  /** What every secret is. */
  public volatile ByteString value = ByteString.EMPTY;

  private static SecretFile file(String name) {
    return SecretFile.newBuilder().setPath("/flake/" + name + ".age").setTracked(true).build();
  }

  private static <T> void answer(StreamObserver<T> observer, T answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }

  @Override
  public void listUserSecrets(
      ListUserSecretsRequest request, StreamObserver<ListUserSecretsResponse> observer) {
    answer(
        observer,
        ListUserSecretsResponse.newBuilder()
            .addSecrets(
                UserSecret.newBuilder()
                    .setName("mail")
                    .setPath(".mail")
                    .addHosts("web01")
                    .setRecipients(2)
                    .setState(UserSecretState.USER_SECRET_STATE_STALE))
            .addSecrets(
                UserSecret.newBuilder()
                    .setName("token")
                    .setRecipients(1)
                    .setState(UserSecretState.USER_SECRET_STATE_UNSET))
            .build());
  }

  @Override
  public void setUserSecret(
      SetUserSecretRequest request, StreamObserver<SetUserSecretResponse> observer) {
    set.add(request);
    answer(observer, SetUserSecretResponse.newBuilder().setFile(file(request.getName())).build());
  }

  @Override
  public void getUserSecret(
      GetUserSecretRequest request, StreamObserver<GetUserSecretResponse> observer) {
    got.add(request);
    answer(observer, GetUserSecretResponse.newBuilder().setValue(value).build());
  }

  @Override
  public void rotateUserSecrets(
      RotateUserSecretsRequest request, StreamObserver<RotateUserSecretsResponse> observer) {
    rotated.add(request);
    answer(
        observer,
        RotateUserSecretsResponse.newBuilder().addFiles(file("mail")).addFiles(file("x")).build());
  }

  @Override
  public void deleteUserSecret(
      DeleteUserSecretRequest request, StreamObserver<DeleteUserSecretResponse> observer) {
    answer(
        observer, DeleteUserSecretResponse.newBuilder().setFile(file(request.getName())).build());
  }
}
