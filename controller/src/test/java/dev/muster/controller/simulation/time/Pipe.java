package dev.muster.controller.simulation.time;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection, to agents or to a store. What goes in comes out in order and once, each delivery some time after its sending;
 * while nothing gets through it waits, as TCP sends again and again. A reset loses what is on its way, from some point on.
 */
public final class Pipe {

    private record Parcel(long dueNanos, Runnable delivery) {}

    private final Timeline timeline;
    private final Chance chance;
    private final Supplier<Duration> transit;
    private final BooleanSupplier blocked;
    private final ArrayDeque<Parcel> onTheWay = new ArrayDeque<>();
    private @Nullable Alarm arrival;
    private long lastDueNanos;
    private boolean shut;

    /**
     * An open one.
     *
     * @param transit how long the next thing is on its way
     * @param blocked whether nothing gets through now
     */
    public Pipe(Timeline timeline, Chance chance, Supplier<Duration> transit, BooleanSupplier blocked) {
        this.timeline = timeline;
        this.chance = chance;
        this.transit = transit;
        this.blocked = blocked;
    }

    public void send(Runnable delivery) {
        if (!shut) {
            put(delivery);
        }
    }

    private void put(Runnable delivery) {
        lastDueNanos =
                Math.max(lastDueNanos, timeline.getAsLong() + transit.get().toNanos());
        onTheWay.add(new Parcel(lastDueNanos, delivery));
        if (onTheWay.size() == 1) {
            awaitNext();
        }
    }

    /** The sender closed in order: the notice follows everything that was sent. */
    public void finish(Runnable notice) {
        send(notice);
        shut = true;
    }

    /** The sender is gone: some of what is on its way is lost, and when nothing gets through the notice may be too. */
    public void reset(Runnable notice) {
        if (shut) {
            return;
        }
        shut = true;
        for (int lost = chance.below(onTheWay.size() + 1); lost > 0; lost--) {
            onTheWay.removeLast();
        }
        if (onTheWay.isEmpty() && arrival != null) {
            arrival.cancel();
        }
        if (!blocked.getAsBoolean() || chance.happens(0.5)) {
            put(notice);
        }
    }

    /** The receiver is gone. */
    public void discard() {
        shut = true;
        onTheWay.clear();
        if (arrival != null) {
            arrival.cancel();
        }
    }

    private void awaitNext() {
        Parcel next = onTheWay.peek();
        if (next != null) {
            arrival = timeline.after(Duration.ofNanos(next.dueNanos() - timeline.getAsLong()), this::arrive);
        }
    }

    private void arrive() {
        if (blocked.getAsBoolean()) {
            arrival = timeline.after(chance.millis(100, 900), this::arrive);
            return;
        }
        Parcel arrived = onTheWay.remove();
        awaitNext();
        arrived.delivery().run();
    }
}
