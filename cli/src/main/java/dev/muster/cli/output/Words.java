package dev.muster.cli.output;

import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.NodeState;
import dev.muster.proto.v1.RankState;
import dev.muster.proto.v1.Severity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** The words and looks of what comes over the wire: {@code RUNNING} for {@code JOB_STATE_RUNNING}, and so on. */
public final class Words {

    private static final long KIBI = 1024;
    private static final String[] BINARY_UNITS = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

    private Words() {}

    public static String of(JobState state) {
        return without("JOB_STATE_", state.name());
    }

    public static String of(NodeState state) {
        return without("NODE_STATE_", state.name());
    }

    public static String of(RankState state) {
        return without("RANK_STATE_", state.name());
    }

    public static String of(Severity severity) {
        return without("SEVERITY_", severity.name());
    }

    /** The name of a value of any other enum of the protocol, without its prefix. */
    public static String without(String prefix, String name) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    public static Styled styled(JobState state) {
        Style style = switch (state) {
            case JOB_STATE_RUNNING, JOB_STATE_FINISHED -> Style.GREEN;
            case JOB_STATE_STARTING, JOB_STATE_STOPPING -> Style.CYAN;
            case JOB_STATE_PENDING, JOB_STATE_HELD -> Style.YELLOW;
            case JOB_STATE_FAILED -> Style.RED;
            case JOB_STATE_CANCELLED, JOB_STATE_UNSPECIFIED, UNRECOGNIZED -> Style.DIM;
        };
        return new Styled(style, of(state));
    }

    public static Styled styled(NodeState state) {
        Style style = switch (state) {
            case NODE_STATE_READY -> Style.GREEN;
            case NODE_STATE_LOST, NODE_STATE_QUARANTINED -> Style.RED;
            case NODE_STATE_DRAINING, NODE_STATE_CORDONED, NODE_STATE_SUBHEALTHY, NODE_STATE_MAINTENANCE ->
                Style.YELLOW;
            case NODE_STATE_UNKNOWN, NODE_STATE_UNSPECIFIED, UNRECOGNIZED -> Style.DIM;
        };
        return new Styled(style, of(state));
    }

    public static Styled styled(RankState state) {
        Style style = switch (state) {
            case RANK_STATE_RUNNING, RANK_STATE_SUCCEEDED -> Style.GREEN;
            case RANK_STATE_STARTING -> Style.CYAN;
            case RANK_STATE_FAILED -> Style.RED;
            case RANK_STATE_STOPPED, RANK_STATE_UNSPECIFIED, UNRECOGNIZED -> Style.DIM;
        };
        return new Styled(style, of(state));
    }

    public static Style style(Severity severity) {
        return switch (severity) {
            case SEVERITY_WARNING -> Style.YELLOW;
            case SEVERITY_ERROR -> Style.RED;
            case SEVERITY_INFO, SEVERITY_UNSPECIFIED, UNRECOGNIZED -> Style.PLAIN;
        };
    }

    public static boolean isTerminal(JobState state) {
        return switch (state) {
            case JOB_STATE_FINISHED, JOB_STATE_FAILED, JOB_STATE_CANCELLED -> true;
            case JOB_STATE_PENDING,
                    JOB_STATE_HELD,
                    JOB_STATE_STARTING,
                    JOB_STATE_RUNNING,
                    JOB_STATE_STOPPING,
                    JOB_STATE_UNSPECIFIED,
                    UNRECOGNIZED -> false;
        };
    }

    /** How people name a job: without the namespace when it is the default one. */
    public static String jobName(String namespace, String name) {
        return namespace.isEmpty() || namespace.equals("default") ? name : namespace + "/" + name;
    }

    /** As {@code 16Gi}. */
    public static String bytes(long bytes) {
        int unit = 0;
        BigDecimal amount = BigDecimal.valueOf(bytes);
        while (amount.compareTo(BigDecimal.valueOf(KIBI)) >= 0 && unit < BINARY_UNITS.length - 1) {
            amount = amount.divide(BigDecimal.valueOf(KIBI));
            unit++;
        }
        return plain(amount, 1) + BINARY_UNITS[unit];
    }

    /** Cores, as {@code 1.5}. */
    public static String cores(long cpuMillis) {
        return plain(BigDecimal.valueOf(cpuMillis, 3), 3);
    }

    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", share * 100);
    }

    public static String decimals(double number, int places) {
        return Double.isFinite(number)
                ? String.format(Locale.ROOT, "%." + places + "f", number)
                : String.valueOf(number);
    }

    private static String plain(BigDecimal number, int places) {
        BigDecimal rounded = number.setScale(places, RoundingMode.HALF_UP).stripTrailingZeros();
        return rounded.toPlainString();
    }
}
