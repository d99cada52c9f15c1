package dev.arda.client;

import dev.arda.v1.AdoptDotfileRequest;
import dev.arda.v1.AdoptDotfileResponse;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.ApplyUserResponse;
import dev.arda.v1.Dotfile;
import dev.arda.v1.GetDevShellRequest;
import dev.arda.v1.GetDevShellResponse;
import dev.arda.v1.ListDotfilesRequest;
import dev.arda.v1.ListDotfilesResponse;
import dev.arda.v1.ListUsersRequest;
import dev.arda.v1.ListUsersResponse;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationAccepted;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFinished;
import dev.arda.v1.OperationState;
import dev.arda.v1.User;
import dev.arda.v1.UserPage;
import dev.arda.v1.UserServiceGrpc.UserServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Knows users, does at once what is asked for them, and remembers what that was. */
public final class FakeUsers extends UserServiceImplBase {

  public volatile List<User> users = List.of();
  public final List<ListUsersRequest> listings = new CopyOnWriteArrayList<>();
  public final List<ApplyUserRequest> applied = new CopyOnWriteArrayList<>();
  public final List<AdoptDotfileRequest> adopted = new CopyOnWriteArrayList<>();

  /** What enters every development shell. */
  public volatile List<String> shell = List.of();

  private static <T> void answer(StreamObserver<T> observer, T answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }

  @Override
  public void listUsers(ListUsersRequest request, StreamObserver<ListUsersResponse> observer) {
    listings.add(request);
    answer(
        observer,
        ListUsersResponse.newBuilder().setUsers(UserPage.newBuilder().addAllUsers(users)).build());
  }

  @Override
  public void applyUser(ApplyUserRequest request, StreamObserver<ApplyUserResponse> observer) {
    applied.add(request);
    var end =
        Operation.newBuilder()
            .setName("operations/abcdefgh")
            .setState(OperationState.OPERATION_STATE_SUCCEEDED);
    observer.onNext(
        ApplyUserResponse.newBuilder()
            .setEvent(
                OperationEvent.newBuilder()
                    .setSequence(1)
                    .setAccepted(OperationAccepted.newBuilder().setOperation(end)))
            .build());
    answer(
        observer,
        ApplyUserResponse.newBuilder()
            .setEvent(
                OperationEvent.newBuilder()
                    .setSequence(2)
                    .setFinished(OperationFinished.newBuilder().setOperation(end)))
            .build());
  }

  @Override
  public void listDotfiles(
      ListDotfilesRequest request, StreamObserver<ListDotfilesResponse> observer) {
    answer(
        observer,
        ListDotfilesResponse.newBuilder()
            .addDotfiles(Dotfile.newBuilder().setPath(".vimrc").setOrigin("users/vimrc"))
            .addDotfiles(Dotfile.newBuilder().setPath(".zshrc").setSource("/nix/store/x-zshrc"))
            .build());
  }

  @Override
  public void adoptDotfile(
      AdoptDotfileRequest request, StreamObserver<AdoptDotfileResponse> observer) {
    adopted.add(request);
    answer(
        observer,
        AdoptDotfileResponse.newBuilder()
            .setFile("/flake/" + request.getPath())
            .setTracked(true)
            .setDeclaration("dotfiles.x = ./x;")
            .build());
  }

  @Override
  public void getDevShell(
      GetDevShellRequest request, StreamObserver<GetDevShellResponse> observer) {
    answer(
        observer,
        GetDevShellResponse.newBuilder()
            .addAllArguments(shell)
            .addAllArguments(request.getCommandList())
            .build());
  }
}
