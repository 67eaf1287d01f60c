package dev.muster.controller.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.controller.operations.Refusal;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.JobServiceGrpc;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a failure leaves in the log of the controller. */
class FailureLogTest {

    private final Logger logger = Logger.getLogger(CallGuard.class.getName());
    private final List<LogRecord> logged = new CopyOnWriteArrayList<>();
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final TestServer server = TestServer.start();

    FailureLogTest() throws Exception {}

    @BeforeEach
    void listen() {
        logger.addHandler(recorder);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void stop() throws Exception {
        logger.removeHandler(recorder);
        logger.setUseParentHandlers(true);
        server.close();
    }

    @Test
    void anInternalErrorIsLoggedOnceWithItsStackTraceAndNothingOfTheRequest() {
        IllegalStateException failure = new IllegalStateException("index is corrupt");
        server.jobs.failure.set(failure);

        cancel("job-name-of-the-request");

        assertThat(logged).singleElement().satisfies(entry -> {
            assertThat(entry.getLevel()).isEqualTo(Level.SEVERE);
            assertThat(entry.getThrown()).isSameAs(failure);
            assertThat(entry.getMessage())
                    .contains("muster.v1.JobService/Cancel from 127.0.0.1:")
                    .doesNotContain("job-name-of-the-request")
                    .doesNotContain("token-of-the-caller");
        });
    }

    @Test
    void aPlainNoIsTheCallersBusinessAndNotTheLogs() {
        server.jobs.failure.set(new Refusal(Refusal.Kind.WRONG_STATE, "it has finished"));
        cancel("digits");
        assertThat(logged).isEmpty();
    }

    private void cancel(String name) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "token-of-the-caller");
        assertThatThrownBy(() -> JobServiceGrpc.newBlockingStub(server.channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .cancel(JobRequest.newBuilder().setName(name).build()))
                .isInstanceOf(StatusRuntimeException.class);
    }
}
