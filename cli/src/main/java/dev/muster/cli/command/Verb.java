package dev.muster.cli.command;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What {@code muster} can be told to do. */
enum Verb {
    DEMO(Group.LOCAL, "demo", "train a real model on a local cluster, lose a host, recover"),
    UP(Group.LOCAL, "up", "run a local cluster in the foreground"),
    SIMULATE(Group.LOCAL, "simulate", "run on virtual time: scenarios, traces, fleets, failures"),
    SUBMIT(Group.JOBS, "submit", "submit a job file"),
    VALIDATE(Group.JOBS, "validate", "check a job or cluster file without a controller"),
    LIST(Group.JOBS, "list", "list jobs"),
    SHOW(Group.JOBS, "show", "show all about a job"),
    EXPLAIN(Group.JOBS, "explain", "say why a job waits"),
    EVENTS(Group.JOBS, "events", "tell what happened to a job"),
    GOODPUT(Group.JOBS, "goodput", "account for the accelerator time of a job, a queue or the cluster"),
    LOGS(Group.JOBS, "logs", "print the output of ranks"),
    CANCEL(Group.JOBS, "cancel", "cancel a job"),
    HOLD(Group.JOBS, "hold", "keep a waiting job from starting"),
    RELEASE(Group.JOBS, "release", "let a held job start"),
    NODES(Group.FLEET, "nodes", "list hosts"),
    NODE_SHOW(Group.FLEET, "node show", "show all about a host"),
    NODE_CORDON(Group.FLEET, "node cordon", "place nothing new on a host"),
    NODE_UNCORDON(Group.FLEET, "node uncordon", "end a cordon or a drain"),
    NODE_DRAIN(Group.FLEET, "node drain", "move everything away from a host"),
    NODE_QUARANTINE(Group.FLEET, "node quarantine", "take a host out of service at once"),
    NODE_RELEASE(Group.FLEET, "node release", "end a quarantine"),
    NODE_DECLARE_DEAD(Group.FLEET, "node declare-dead", "vouch that nothing runs on a lost host"),
    QUEUES(Group.FLEET, "queues", "list queues and their shares"),
    TOPOLOGY(Group.FLEET, "topology", "draw the fabric and what runs where"),
    TOP(Group.FLEET, "top", "watch the cluster on a live screen"),
    ADMIN_DUMP(Group.STATE, "admin dump", "print every stored record as a line of JSON"),
    ADMIN_VERIFY(Group.STATE, "admin verify", "check that all records can be read and fit together"),
    ADMIN_BACKUP(Group.STATE, "admin backup", "write the stored state into one file"),
    ADMIN_RESTORE(Group.STATE, "admin restore", "fill an empty store from a backup"),
    ADMIN_COPY(Group.STATE, "admin copy", "fill an empty store from another one"),
    COMPLETION(Group.OTHER, "completion", "print completions for bash or zsh"),
    VERSION(Group.OTHER, "version", "print the version");

    /** Headings of the overview. */
    enum Group {
        LOCAL("On this machine"),
        JOBS("Jobs"),
        FLEET("Fleet"),
        STATE("Stored state"),
        OTHER("Other");

        private final String heading;

        Group(String heading) {
            this.heading = heading;
        }

        String heading() {
            return heading;
        }
    }

    private final Group group;
    private final String words;
    private final String summary;

    Verb(Group group, String words, String summary) {
        this.group = group;
        this.words = words;
        this.summary = summary;
    }

    Group group() {
        return group;
    }

    /** As typed: {@code list}, {@code node show}. */
    String words() {
        return words;
    }

    String summary() {
        return summary;
    }

    /** Whether the verb can run without any further word. */
    boolean runsBare() {
        return switch (this) {
            case DEMO, UP, LIST, GOODPUT, NODES, QUEUES, TOPOLOGY, TOP, VERSION -> true;
            case SIMULATE,
                    SUBMIT,
                    VALIDATE,
                    SHOW,
                    EXPLAIN,
                    EVENTS,
                    LOGS,
                    CANCEL,
                    HOLD,
                    RELEASE,
                    NODE_SHOW,
                    NODE_CORDON,
                    NODE_UNCORDON,
                    NODE_DRAIN,
                    NODE_QUARANTINE,
                    NODE_RELEASE,
                    NODE_DECLARE_DEAD,
                    ADMIN_DUMP,
                    ADMIN_VERIFY,
                    ADMIN_BACKUP,
                    ADMIN_RESTORE,
                    ADMIN_COPY,
                    COMPLETION -> false;
        };
    }

    static Optional<Verb> of(String words) {
        return Arrays.stream(values()).filter(verb -> verb.words.equals(words)).findFirst();
    }

    /** Whether the word only begins a verb, as {@code node} does. */
    static boolean isGroupWord(String word) {
        return Arrays.stream(values()).anyMatch(verb -> verb.words.startsWith(word + " "));
    }

    static List<String> allWords() {
        return Arrays.stream(values()).map(Verb::words).toList();
    }

    /**
     * A new command of this verb. Only its class is loaded: that is most of what makes a command start fast.
     */
    Command create(Environment environment) {
        return switch (this) {
            case DEMO -> new DemoCommand(environment);
            case UP -> new UpCommand(environment);
            case SIMULATE -> new SimulateCommand(environment);
            case SUBMIT -> new SubmitCommand(environment);
            case VALIDATE -> new ValidateCommand(environment);
            case LIST -> new ListCommand(environment);
            case SHOW -> new ShowCommand(environment);
            case EXPLAIN -> new ExplainCommand(environment);
            case EVENTS -> new EventsCommand(environment);
            case GOODPUT -> new GoodputCommand(environment);
            case LOGS -> new LogsCommand(environment);
            case CANCEL -> new CancelCommand(environment);
            case HOLD -> new HoldCommand(environment);
            case RELEASE -> new ReleaseCommand(environment);
            case NODES -> new NodesCommand(environment);
            case NODE_SHOW -> new NodeShowCommand(environment);
            case NODE_CORDON -> new NodeChangeCommand(environment, NodeChangeCommand.Deed.CORDON);
            case NODE_UNCORDON -> new NodeChangeCommand(environment, NodeChangeCommand.Deed.UNCORDON);
            case NODE_DRAIN -> new NodeChangeCommand(environment, NodeChangeCommand.Deed.DRAIN);
            case NODE_QUARANTINE -> new NodeChangeCommand(environment, NodeChangeCommand.Deed.QUARANTINE);
            case NODE_RELEASE -> new NodeChangeCommand(environment, NodeChangeCommand.Deed.RELEASE);
            case NODE_DECLARE_DEAD -> new NodeChangeCommand(environment, NodeChangeCommand.Deed.DECLARE_DEAD);
            case QUEUES -> new QueuesCommand(environment);
            case TOPOLOGY -> new TopologyCommand(environment);
            case TOP -> new TopCommand(environment);
            case ADMIN_DUMP -> new AdminCommand(environment, "dump");
            case ADMIN_VERIFY -> new AdminCommand(environment, "verify");
            case ADMIN_BACKUP -> new AdminCommand(environment, "backup");
            case ADMIN_RESTORE -> new AdminCommand(environment, "restore");
            case ADMIN_COPY -> new AdminCommand(environment, "copy");
            case COMPLETION -> new CompletionCommand(environment);
            case VERSION -> new VersionCommand(environment);
        };
    }
}
