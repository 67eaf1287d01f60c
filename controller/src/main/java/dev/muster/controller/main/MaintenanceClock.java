package dev.muster.controller.main;

import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.Turns;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Opens and closes maintenance windows in time. */
final class MaintenanceClock {

    private final EventLoop loop;
    private final Turns turns;
    private final GangScheduling scheduling;

    MaintenanceClock(EventLoop loop, Turns turns, GangScheduling scheduling) {
        this.loop = loop;
        this.turns = turns;
        this.scheduling = scheduling;
    }

    void begin(List<MaintenanceWindow> windows, Instant now) {
        for (MaintenanceWindow window : windows) {
            at(window, window.from(), now);
            at(window, window.to(), now);
        }
    }

    private void at(MaintenanceWindow window, Instant when, Instant now) {
        if (when.isAfter(now)) {
            loop.schedule("maintenance", Duration.between(now, when), turns.operation(turn -> {
                scheduling.windowChanged(window, turn.now());
                return true;
            }));
        }
    }
}
