package dev.muster.controller.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PacedStreamTest {

    private final List<String> ended = new ArrayList<>();

    /** A client that is always ready. */
    private static final class Client extends ServerCallStreamObserver<String> {
        private Optional<Throwable> failure = Optional.empty();

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void onNext(String message) {}

        @Override
        public void onError(Throwable error) {
            failure = Optional.of(error);
        }

        @Override
        public void onCompleted() {}
    }

    @Test
    void aMessageThatCannotBeMadeEndsTheStreamOnBothSides() {
        Client client = new Client();
        PacedStream<String> stream = new PacedStream<>(
                client,
                () -> {
                    throw new IllegalStateException("no words for it");
                },
                ended::add,
                Runnable::run);

        stream.wake();

        assertThat(client.failure)
                .hasValueSatisfying(
                        failure -> assertThat(Status.fromThrowable(failure).getDescription())
                                .contains("no words for it"));
        assertThat(ended).hasSize(1);
    }
}
