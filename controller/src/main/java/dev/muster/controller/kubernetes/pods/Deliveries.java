package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.loop.LoopException;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the core is to hear, in order. Of what has the same key only the latest is told, so there is never more than one
 * report a host and gang; a core that has too much to do hears it later. Belongs to one thread.
 */
final class Deliveries {

    private static final int MOST_ON_THEIR_WAY = 256;
    private static final long BUSY_AGAIN_MILLIS = 500;

    /** Made when its turn comes; empty when there is nothing to tell by then. */
    interface News extends Supplier<Optional<Consumer<Turn>>> {}

    private final EventLoop loop;
    private final Turns turns;
    private final ScheduledExecutorService thread;
    private final Map<Object, News> waiting = new LinkedHashMap<>();
    private int onTheirWay;

    Deliveries(EventLoop loop, Turns turns, ScheduledExecutorService thread) {
        this.loop = loop;
        this.turns = turns;
        this.thread = thread;
    }

    void add(Object key, News news) {
        waiting.putIfAbsent(key, news);
    }

    void pump() {
        while (onTheirWay < MOST_ON_THEIR_WAY && !waiting.isEmpty()) {
            Map.Entry<Object, News> first = waiting.entrySet().iterator().next();
            waiting.remove(first.getKey());
            first.getValue().get().ifPresent(body -> send(first.getKey(), body));
        }
    }

    private void send(Object key, Consumer<Turn> body) {
        onTheirWay++;
        var unused = loop.submit("pods", turns.operation(turn -> {
                    body.accept(turn);
                    return true;
                }))
                .whenCompleteAsync((answer, failure) -> told(key, body, failure), thread);
    }

    private void told(Object key, Consumer<Turn> body, Throwable failure) {
        onTheirWay--;
        if (isBusy(failure) && !thread.isShutdown()) {
            var unused = thread.schedule(
                    () -> {
                        add(key, () -> Optional.of(body));
                        pump();
                    },
                    BUSY_AGAIN_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
        pump();
    }

    private static boolean isBusy(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof LoopException.Busy;
    }
}
