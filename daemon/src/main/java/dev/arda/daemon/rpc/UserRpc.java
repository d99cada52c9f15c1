package dev.arda.daemon.rpc;

import dev.arda.nix.user.Homes;
import dev.arda.nix.user.UserQuestion;
import dev.arda.nix.user.Users;
import dev.arda.v1.AdoptDotfileRequest;
import dev.arda.v1.AdoptDotfileResponse;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.ApplyUserResponse;
import dev.arda.v1.CompareDotfilesRequest;
import dev.arda.v1.CompareDotfilesResponse;
import dev.arda.v1.GetDevShellRequest;
import dev.arda.v1.GetDevShellResponse;
import dev.arda.v1.GetHomeExpressionRequest;
import dev.arda.v1.GetHomeExpressionResponse;
import dev.arda.v1.GetUserShellRequest;
import dev.arda.v1.GetUserShellResponse;
import dev.arda.v1.ListDotfilesRequest;
import dev.arda.v1.ListDotfilesResponse;
import dev.arda.v1.ListUserGenerationsRequest;
import dev.arda.v1.ListUserGenerationsResponse;
import dev.arda.v1.ListUserPackagesRequest;
import dev.arda.v1.ListUserPackagesResponse;
import dev.arda.v1.ListUsersRequest;
import dev.arda.v1.ListUsersResponse;
import dev.arda.v1.UserServiceGrpc.UserServiceImplBase;
import dev.arda.v1.UserView;
import io.grpc.stub.StreamObserver;
import java.util.Set;

/** {@code arda.v1.UserService}. */
final class UserRpc extends UserServiceImplBase {

  /** The most names that one request may hold. */
  static final int MAX_NAMES = 1000;

  private final Users users;
  private final Homes homes;
  private final Places places;
  private final UserContents contents;
  private final UserOperations operations;
  private final UserTranslator translator;
  private final CallRunner runner;

  UserRpc(
      Users users,
      Homes homes,
      Places places,
      UserContents contents,
      UserOperations operations,
      CallRunner runner,
      ErrorMapper errors) {
    this.users = users;
    this.homes = homes;
    this.places = places;
    this.contents = contents;
    this.operations = operations;
    this.translator = new UserTranslator(errors);
    this.runner = runner;
  }

  @Override
  public void listUsers(ListUsersRequest request, StreamObserver<ListUsersResponse> responses) {
    runner.stream(responses, stream -> listUsers(request, stream));
  }

  private void listUsers(ListUsersRequest request, ResponseStream<ListUsersResponse> stream) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check.text(request.getFlake(), "flake");
    RepeatedCheck.optionalTexts(request.getNamesList(), "names", MAX_NAMES, check);
    check.require(request.getView() != UserView.UNRECOGNIZED, "view", "is unknown to this daemon");
    check.done();
    var listing =
        users.list(
            new UserQuestion(
                ContextTranslator.translate(request.getContext()),
                request.getFlake(),
                Set.copyOf(request.getNamesList()),
                request.getView() != UserView.USER_VIEW_NAMES,
                request.getHosts()),
            progress ->
                stream.offer(
                    ListUsersResponse.newBuilder()
                        .setProgress(FlakeTranslator.progress(progress))
                        .build()));
    stream.write(
        ListUsersResponse.newBuilder().setState(FlakeTranslator.state(listing.state())).build());
    translator
        .pages(listing)
        .forEach(page -> stream.write(ListUsersResponse.newBuilder().setUsers(page).build()));
  }

  @Override
  public void applyUser(ApplyUserRequest request, StreamObserver<ApplyUserResponse> responses) {
    runner.stream(responses, stream -> operations.apply(request, stream));
  }

  @Override
  public void listUserPackages(
      ListUserPackagesRequest request, StreamObserver<ListUserPackagesResponse> responses) {
    runner.unary(responses, () -> contents.packages(request));
  }

  @Override
  public void listDotfiles(
      ListDotfilesRequest request, StreamObserver<ListDotfilesResponse> responses) {
    runner.unary(responses, () -> contents.dotfiles(request));
  }

  @Override
  public void compareDotfiles(
      CompareDotfilesRequest request, StreamObserver<CompareDotfilesResponse> responses) {
    runner.unary(responses, () -> contents.compare(request));
  }

  @Override
  public void adoptDotfile(
      AdoptDotfileRequest request, StreamObserver<AdoptDotfileResponse> responses) {
    runner.unary(responses, () -> contents.adopt(request));
  }

  @Override
  public void getUserShell(
      GetUserShellRequest request, StreamObserver<GetUserShellResponse> responses) {
    runner.unary(responses, () -> contents.shell(request));
  }

  @Override
  public void getDevShell(
      GetDevShellRequest request, StreamObserver<GetDevShellResponse> responses) {
    runner.unary(responses, () -> contents.developmentShell(request));
  }

  @Override
  public void listUserGenerations(
      ListUserGenerationsRequest request, StreamObserver<ListUserGenerationsResponse> responses) {
    runner.unary(responses, () -> listGenerations(request));
  }

  @Override
  public void getHomeExpression(
      GetHomeExpressionRequest request, StreamObserver<GetHomeExpressionResponse> responses) {
    runner.unary(responses, () -> expression(request));
  }

  private GetHomeExpressionResponse expression(GetHomeExpressionRequest request) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check.text(request.getFlake(), "flake").text(request.getHost(), "host");
    check
        .require(!request.getUser().isEmpty(), "user", "is empty")
        .text(request.getUser(), "user")
        .done();
    return GetHomeExpressionResponse.newBuilder()
        .setExpression(
            homes.expression(
                ContextTranslator.translate(request.getContext()),
                request.getFlake(),
                request.getUser(),
                request.getHost()))
        .build();
  }

  private ListUserGenerationsResponse listGenerations(ListUserGenerationsRequest request) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    check
        .text(request.getUsername(), "username")
        .text(request.getFlake(), "flake")
        .text(request.getHost(), "host")
        .done();
    return UserTranslator.generations(
        homes.state(
            ContextTranslator.translate(request.getContext()),
            request.getFlake(),
            request.getUsername(),
            places.of(request)));
  }
}
