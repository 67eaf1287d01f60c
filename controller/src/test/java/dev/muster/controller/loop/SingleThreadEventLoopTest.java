package dev.muster.controller.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same rules with real threads: nothing hangs, nothing is lost, nobody else touches the state. */
@Timeout(60)
class SingleThreadEventLoopTest {

    private final EmbeddedStateStore store = EmbeddedStateStore.inMemory(EmbeddedSettings.DEFAULT, System::nanoTime);
    private final List<FaultHandler.Fault> faults = new ArrayList<>();
    private final SingleThreadEventLoop loop = start(LoopSettings.DEFAULT);

    private SingleThreadEventLoop start(LoopSettings settings) {
        return SingleThreadEventLoop.start(
                new LoopPorts(
                        store,
                        List::of,
                        faults::add,
                        LoopListener.NONE,
                        new SteadyClock(InstantSource.system(), System::nanoTime),
                        System::nanoTime),
                settings);
    }

    @AfterEach
    void close() {
        loop.close();
        store.close();
    }

    @Test
    void manyThreadsCountTogetherWithoutLosingOne() throws Exception {
        int threads = 4;
        int each = 2_000;
        int[] counter = {0};
        List<Thread> callers = new ArrayList<>();
        AtomicInteger answered = new AtomicInteger();
        for (int i = 0; i < threads; i++) {
            callers.add(new Thread(() -> {
                for (int n = 0; n < each; n++) {
                    var unused = loop.submit("count", now -> {
                                counter[0]++;
                                byte[] value = Integer.toString(counter[0]).getBytes(UTF_8);
                                return Decision.decide()
                                        .write(new Put("/muster/v1/counter", value))
                                        .answer(counter[0]);
                            })
                            .thenAccept(answer -> answered.incrementAndGet());
                }
            }));
        }
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }

        int total = loop.submit("read", now -> Decision.answer(counter[0])).get(30, TimeUnit.SECONDS);

        assertThat(total).isEqualTo(threads * each);
        assertThat(answered).as("the read is answered after all before it").hasValue(threads * each);
        assertThat(store.get("/muster/v1/counter").get().orElseThrow().value())
                .isEqualTo(Integer.toString(total).getBytes(UTF_8));
    }

    @Test
    void timersFireAndSleepingLoopsWakeForNewOperations() throws Exception {
        CompletableFuture<Boolean> fired = new CompletableFuture<>();
        loop.schedule("timer", Duration.ofMillis(30), now -> {
            fired.complete(loop.inLoop());
            return Decision.done();
        });
        assertThat(fired.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.submit("read", now -> Decision.answer("awake")).get(30, TimeUnit.SECONDS))
                .isEqualTo("awake");
    }

    @Test
    void closingDoesWhatIsQueuedFirst() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        var unused = loop.submit("slow", now -> {
            busy.countDown();
            awaitUninterruptibly(release);
            return Decision.done();
        });
        busy.await();
        CompletableFuture<String> queued = loop.submit(
                "write",
                now -> Decision.decide()
                        .write(new Put("/muster/v1/a", new byte[1]))
                        .answer("stored"));
        Thread closer = new Thread(loop::close);
        closer.start();
        release.countDown();
        closer.join();

        assertThat(queued).isCompletedWithValue("stored");
        assertThat(loop.submit("late", now -> Decision.done()))
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(LoopException.Stopped.class);
    }

    @Test
    void closingEndsInBoundedTimeWhenTheStoreNeverAnswers() {
        HoldingStore silent = new HoldingStore();
        SingleThreadEventLoop stuck = SingleThreadEventLoop.start(
                new LoopPorts(
                        silent, List::of, faults::add, LoopListener.NONE, InstantSource.system(), System::nanoTime),
                LoopSettings.DEFAULT.withCloseTimeout(Duration.ofMillis(50)));
        CompletableFuture<Decision.Done> write = stuck.submit(
                "write",
                now -> Decision.decide()
                        .write(new Put("/muster/v1/a", new byte[1]))
                        .done());

        stuck.close();

        assertThat(write)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(LoopException.Stopped.class);
    }

    @Test
    void steadyTimeIgnoresStepsOfTheMachinesClock() {
        ManualClock wall = new ManualClock(InstantSource.system().instant());
        long[] nanos = {Long.MAX_VALUE};
        SteadyClock steady = new SteadyClock(wall, () -> nanos[0]);
        var before = steady.instant();
        wall.pass(Duration.ofDays(365));
        nanos[0] += Duration.ofSeconds(3).toNanos();

        assertThat(Duration.between(before, steady.instant())).isEqualTo(Duration.ofSeconds(3));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
