package dev.muster.controller.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.operations.JobOperations.LogListener;
import dev.muster.controller.operations.JobOperations.LogQuery;
import dev.muster.controller.operations.JobOperations.Subscription;
import dev.muster.controller.operations.JobOperations.WatchListener;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobPhase;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.JobServiceGrpc;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobUpdate;
import dev.muster.proto.v1.LogLine;
import dev.muster.proto.v1.LogsRequest;
import dev.muster.scheduler.job.JobKey;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watching a job and reading its output, with clients fast, slow and gone. */
@Timeout(60)
class JobStreamsTest {

    private final TestServer server = TestServer.start();

    JobStreamsTest() throws Exception {}

    @BeforeEach
    void addJob() {
        server.jobs.add(view(JobPhase.PENDING, ""));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void aWatcherSeesEachStateAndTheStreamEndsWithTheJob() throws Exception {
        StreamRecorder<JobRequest, JobUpdate> client = watch(true);
        WatchListener core = watcher();
        core.changed(view(JobPhase.PENDING, ""), List.of(event(1)));
        await().until(() -> client.heard.size() == 1);
        core.changed(view(JobPhase.FINISHED, "done"), List.of(event(2), event(3)));
        core.ended();

        assertThat(client.awaitEnd().isOk()).isTrue();
        assertThat(client.heard)
                .extracting(update -> update.getJob().getState())
                .containsExactly(JobState.JOB_STATE_PENDING, JobState.JOB_STATE_FINISHED);
        assertThat(client.heard.get(1).getEventsList())
                .extracting(dev.muster.proto.v1.JobEvent::getSequence)
                .containsExactly(2L, 3L);
        await().until(() -> server.jobs.closedSubscriptions.get() == 1);
    }

    @Test
    void aWatcherThatFallsBehindGetsTheLatestStateAndTheNewestEvents() throws Exception {
        StreamRecorder<JobRequest, JobUpdate> client = watch(false);
        WatchListener core = watcher();
        int changes = 20_000;
        for (int i = 1; i <= changes; i++) {
            core.changed(view(JobPhase.RUNNING, "step " + i + " " + "x".repeat(200)), List.of(event(i)));
        }
        core.changed(view(JobPhase.FINISHED, "done"), List.of(event(changes + 1)));
        core.ended();

        client.read(Integer.MAX_VALUE);

        assertThat(client.awaitEnd().isOk()).isTrue();
        assertThat(client.heard.size())
                .as("most states in between were skipped")
                .isLessThan(changes / 2);
        JobUpdate last = client.heard.get(client.heard.size() - 1);
        assertThat(last.getJob().getReason()).isEqualTo("done");
        assertThat(last.getEventsCount()).isLessThanOrEqualTo(WatchStream.MAX_EVENTS);
        assertThat(last.getEvents(last.getEventsCount() - 1).getSequence()).isEqualTo(changes + 1);
        assertThat(client.heard.stream().flatMap(update -> update.getEventsList().stream()))
                .extracting(dev.muster.proto.v1.JobEvent::getSequence)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aWatcherThatLeavesIsForgottenByTheCore() {
        StreamRecorder<JobRequest, JobUpdate> client = watch(true);
        watcher();
        client.call.join().cancel("enough", null);
        await().until(() -> server.jobs.closedSubscriptions.get() == 1);
        await().until(() -> server.server.openStreams() == 0);
    }

    @Test
    void aWatcherThatLeavesBeforeTheCoreAnsweredIsForgottenToo() {
        CompletableFuture<Subscription> late = new CompletableFuture<>();
        server.jobs.pendingSubscription.set(late);
        StreamRecorder<JobRequest, JobUpdate> client = watch(true);
        watcher();
        client.call.join().cancel("enough", null);
        await().until(() -> server.server.openStreams() == 0);

        late.complete(server.jobs.closedSubscriptions::incrementAndGet);

        assertThat(server.jobs.closedSubscriptions).hasValue(1);
    }

    @Test
    void watchingAJobThatIsNotThereIsNotFound() throws Exception {
        StreamRecorder<JobRequest, JobUpdate> client = new StreamRecorder<>(true);
        JobServiceGrpc.newStub(server.channel)
                .watch(JobRequest.newBuilder().setName("other").build(), client);
        Status end = client.awaitEnd();
        assertThat(end.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(end.getDescription()).startsWith("no job default/other");
    }

    @Test
    void outputComesInOrderWithNoticesAndItsEnd() throws Exception {
        StreamRecorder<LogsRequest, LogLine> client = logs(
                LogsRequest.newBuilder()
                        .setName("digits")
                        .setRank(3)
                        .setTailLines(10)
                        .setAttempt(2),
                true);
        LogListener core = reader();
        core.data(3, bytes("one\n"), () -> {});
        core.notice(3, "older output was dropped");
        core.data(3, bytes("two\n"), () -> {});
        core.ended();

        assertThat(client.awaitEnd().isOk()).isTrue();
        assertThat(client.heard)
                .extracting(line -> line.getData().toStringUtf8() + line.getNotice())
                .containsExactly("one\n", "older output was dropped", "two\n");
        assertThat(server.jobs.asked)
                .containsExactly(
                        new LogQuery(new JobKey("default", "digits"), OptionalInt.of(3), 10, false, OptionalInt.of(2)));
    }

    @Test
    void outputThatIsTooLargeForOneMessageIsSplitAndConsumedOnce() throws Exception {
        StreamRecorder<LogsRequest, LogLine> client =
                logs(LogsRequest.newBuilder().setName("digits"), true);
        AtomicInteger consumed = new AtomicInteger();
        reader().data(0, new byte[150_000], consumed::incrementAndGet);
        reader().ended();
        assertThat(client.awaitEnd().isOk()).isTrue();
        assertThat(client.heard)
                .extracting(line -> line.getData().size())
                .containsExactly(65_536, 65_536, 150_000 - 2 * 65_536);
        assertThat(consumed).hasValue(1);
    }

    @Test
    void aReaderThatStopsSlowsTheSenderInsteadOfFillingTheMemory() throws Exception {
        StreamRecorder<LogsRequest, LogLine> client =
                logs(LogsRequest.newBuilder().setName("digits"), false);
        LogListener core = reader();
        AtomicInteger consumed = new AtomicInteger();
        int chunks = 200;
        for (int i = 0; i < chunks; i++) {
            core.data(0, new byte[32_768], consumed::incrementAndGet);
        }
        await().during(Duration.ofMillis(200)).until(() -> consumed.get() < chunks / 4);

        client.read(Integer.MAX_VALUE);

        await().until(() -> consumed.get() == chunks);
        core.ended();
        assertThat(client.awaitEnd().isOk()).isTrue();
        assertThat(client.heard).hasSize(chunks);
    }

    @Test
    void aCoreThatDoesNotWaitForItsReaderLosesTheReaderAndNotTheMemory() throws Exception {
        StreamRecorder<LogsRequest, LogLine> client =
                logs(LogsRequest.newBuilder().setName("digits"), false);
        LogListener core = reader();
        for (int i = 0; i < 2000; i++) {
            core.data(0, new byte[32_768], () -> {});
        }
        client.read(Integer.MAX_VALUE);
        Status end = client.awaitEnd();
        assertThat(end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(end.getDescription()).startsWith("the reader is too slow: ");
        await().until(() -> server.jobs.closedSubscriptions.get() == 1);
    }

    @Test
    void aServerThatStopsEndsItsStreamsAtOnce() throws Exception {
        StreamRecorder<JobRequest, JobUpdate> client = watch(true);
        watcher();
        server.server.stop(Duration.ofSeconds(20));
        assertThat(client.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    private StreamRecorder<JobRequest, JobUpdate> watch(boolean readsByItself) {
        StreamRecorder<JobRequest, JobUpdate> client = new StreamRecorder<>(readsByItself);
        JobServiceGrpc.newStub(server.channel)
                .watch(JobRequest.newBuilder().setName("digits").build(), client);
        return client;
    }

    private StreamRecorder<LogsRequest, LogLine> logs(LogsRequest.Builder request, boolean readsByItself) {
        StreamRecorder<LogsRequest, LogLine> client = new StreamRecorder<>(readsByItself);
        JobServiceGrpc.newStub(server.channel).logs(request.build(), client);
        return client;
    }

    private WatchListener watcher() {
        return server.jobs.watcher.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private LogListener reader() {
        return server.jobs.reader.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static JobView view(JobPhase phase, String message) {
        return FakeJobs.view(FakeJobs.spec("digits"), phase, false, message);
    }

    private static JobEvent event(long sequence) {
        return new JobEvent(
                "uid-digits", sequence, Instant.EPOCH, "Changed", JobEvent.Severity.INFO, 1, "event " + sequence);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
