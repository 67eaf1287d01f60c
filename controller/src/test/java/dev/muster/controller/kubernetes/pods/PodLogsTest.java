package dev.muster.controller.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.workload.RankLogs;
import dev.muster.scheduler.job.JobSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The output of ranks, by way of the API server and a kubelet. */
@ExtendWith(ApiServer.class)
class PodLogsTest {

    private PodCluster cluster;
    private JobSpec spec;
    private String uid;

    @BeforeEach
    void begin(ApiServerProcess server) {
        cluster = new PodCluster(server).withNodes(1).begin();
        spec = PodJobs.job(cluster.namespace(), "llama", 1);
        uid = cluster.submit(spec);
        cluster.awaitRunning(uid, 1);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    /** A reader that takes what comes, or holds it back. */
    private static final class Reader implements RankLogs.Sink {
        private final StringBuilder text = new StringBuilder();
        private final List<String> notices = new ArrayList<>();
        private final List<Runnable> owed = new ArrayList<>();
        private boolean slow;
        private boolean ended;

        @Override
        public synchronized void data(byte[] bytes, Runnable consumed) {
            text.append(new String(bytes, StandardCharsets.UTF_8));
            if (slow) {
                owed.add(consumed);
            } else {
                consumed.run();
            }
        }

        @Override
        public synchronized void notice(String notice) {
            notices.add(notice);
        }

        @Override
        public synchronized void ended() {
            ended = true;
        }

        private synchronized String text() {
            return text.toString();
        }

        private synchronized boolean hasEnded() {
            return ended;
        }

        private synchronized int owed() {
            return owed.size();
        }

        private void goOn() {
            List<Runnable> all;
            synchronized (this) {
                slow = false;
                all = List.copyOf(owed);
                owed.clear();
            }
            all.forEach(Runnable::run);
        }
    }

    private RankLogs.Handle open(int rank, int tail, boolean follow, Reader reader) {
        return cluster.onLoop(() -> cluster.logs()
                .openLog(cluster.node(1), uid, 1, rank, tail, follow, reader)
                .orElseThrow());
    }

    @Test
    void theLastLinesAndWhatFollows() {
        cluster.kubelet().write(cluster.namespace(), "llama-1-1", "one\ntwo\nthree\n");
        Reader reader = new Reader();
        RankLogs.Handle handle = open(1, 2, true, reader);
        await().until(() -> reader.text().equals("two\nthree\n"));
        cluster.kubelet().write(cluster.namespace(), "llama-1-1", "four\n");
        await().until(() -> reader.text().equals("two\nthree\nfour\n"));
        assertThat(reader.hasEnded()).isFalse();
        handle.close();
    }

    @Test
    void withoutFollowingItEnds() {
        cluster.kubelet().write(cluster.namespace(), "llama-1-0", "hello\n");
        Reader reader = new Reader();
        open(0, 0, false, reader);
        await().until(reader::hasEnded);
        assertThat(reader.text()).isEqualTo("hello\n");
        assertThat(reader.notices).isEmpty();
    }

    @Test
    void aSlowReaderSlowsTheSender() {
        String line = "x".repeat(1023) + "\n";
        cluster.kubelet().write(cluster.namespace(), "llama-1-0", line.repeat(8_192));
        Reader reader = new Reader();
        reader.slow = true;
        open(0, 0, false, reader);
        await().until(() -> reader.owed() == 1);
        await().during(Duration.ofMillis(500)).until(() -> reader.owed() == 1);
        reader.goOn();
        await().until(reader::hasEnded);
        assertThat(reader.text()).hasSize(8_192 * 1024);
    }

    @Test
    void aPodThatIsNotKeptIsSaid() {
        Reader reader = new Reader();
        cluster.onLoop(() -> cluster.logs().openLog(cluster.node(1), uid, 7, 0, 0, false, reader));
        await().until(reader::hasEnded);
        assertThat(reader.notices).singleElement().asString().endsWith("llama-7-0 is not kept any more");
    }

    @Test
    void onlySoManyAreReadAtATime() {
        List<RankLogs.Handle> open = new ArrayList<>();
        for (int i = 0; i < PodSettings.DEFAULT.logStreams(); i++) {
            open.add(open(0, 0, true, new Reader()));
        }
        Reader refused = new Reader();
        open(0, 0, true, refused);
        assertThat(refused.hasEnded()).isTrue();
        assertThat(refused.notices).singleElement().asString().contains("too many outputs");
        open.forEach(RankLogs.Handle::close);
        Reader next = new Reader();
        cluster.kubelet().write(cluster.namespace(), "llama-1-0", "hello\n");
        open(0, 0, false, next);
        await().until(() -> next.text().equals("hello\n"));
    }
}
