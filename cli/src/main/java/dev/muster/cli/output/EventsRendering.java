package dev.muster.cli.output;

import static dev.muster.cli.output.Table.Column.left;
import static dev.muster.cli.output.Table.Column.right;

import dev.muster.proto.v1.EventsReply;
import dev.muster.proto.v1.JobEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What happened to a job, oldest first. */
public record EventsRendering(EventsReply reply, Instant now) implements Rendering {

    @Override
    public void table(Console console, boolean wide) {
        if (reply.getDropped() > 0) {
            console.line("{} older events are no longer kept", reply.getDropped());
        }
        if (reply.getEventsCount() == 0) {
            console.line("no events");
            return;
        }
        Table table = new Table(
                left("WHEN"),
                right("AFTER"),
                right("ATTEMPT"),
                left("EVENT"),
                left("MESSAGE"),
                left("TIME").wide());
        long first = reply.getEvents(0).getAtMillis();
        for (JobEvent event : reply.getEventsList()) {
            table.row(
                    Times.relative(event.getAtMillis(), now),
                    "+" + Times.brief(Duration.ofMillis(Math.max(0, event.getAtMillis() - first))),
                    event.getAttempt() == 0 ? Times.NONE : event.getAttempt(),
                    new Styled(Words.style(event.getSeverity()), event.getType()),
                    event.getMessage(),
                    Times.rfc3339(event.getAtMillis()));
        }
        table.print(console, wide);
    }

    @Override
    public Fields fields() {
        return new Fields()
                .objects(
                        "events",
                        reply.getEventsList().stream().map(JobFields::event).toList())
                .number("dropped", reply.getDropped());
    }

    @Override
    public List<String> names() {
        return reply.getEventsList().stream().map(JobEvent::getType).toList();
    }
}
