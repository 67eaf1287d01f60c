package dev.muster.controller.model;

import dev.muster.controller.loop.Operation;
import java.util.function.Function;

/** Makes loop operations out of code that changes the model through a {@link Turn}. */
public final class Turns {

    private final ClusterModel model;
    private final RecordFormat format;
    private final TurnListener listener;

    /** Hears which jobs a turn changed, once that is durable. */
    public interface TurnListener {
        void committed(Turn turn);
    }

    public Turns(ClusterModel model, RecordFormat format, TurnListener listener) {
        this.model = model;
        this.format = format;
        this.listener = listener;
    }

    public <R> Operation<R> operation(Function<Turn, R> body) {
        return now -> {
            Turn turn = new Turn(model, format, now);
            R answer = body.apply(turn);
            return turn.decision(answer, listener);
        };
    }
}
