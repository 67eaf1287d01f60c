package dev.muster.controller.grpc;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A client's side of a stream: what came and how it ended; it may read by itself or only when told. */
final class StreamRecorder<Q, A> implements ClientResponseObserver<Q, A> {

    final List<A> heard = new CopyOnWriteArrayList<>();
    final CompletableFuture<Status> end = new CompletableFuture<>();
    final CompletableFuture<ClientCallStreamObserver<Q>> call = new CompletableFuture<>();
    private final boolean readsByItself;

    StreamRecorder(boolean readsByItself) {
        this.readsByItself = readsByItself;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> toServer) {
        if (!readsByItself) {
            toServer.disableAutoRequestWithInitial(0);
        }
        call.complete(toServer);
    }

    void read(int messages) {
        call.join().request(messages);
    }

    @Override
    public void onNext(A message) {
        heard.add(message);
    }

    @Override
    public void onError(Throwable failure) {
        end.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }

    Status awaitEnd() throws Exception {
        return end.get(30, TimeUnit.SECONDS);
    }
}
