import java.io.*;
import java.net.*;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.*;
import java.util.*;
import java.util.zip.*;
import sun.misc.Signal;

/**
 * Trains a small classifier of handwritten digits, data-parallel over all ranks of a gang: {@code java Train.java}.
 *
 * <p>Each rank adds up the gradients of its shard of the data, and a ring all-reduce over TCP sums them. Sums are in
 * fixed point, where the order of additions does not matter. So all ranks hold the same weights, and the trained model
 * is the same, bit by bit, for any number of ranks and after any number of restarts. Exit code 1 on an error.
 */
public final class Train {
    private static final int BATCH = 48;
    private static volatile boolean checkpointAsked;

    private final Settings settings = Settings.fromEnvironment();
    private final Digits digits = Digits.read(Path.of("digits.csv.gz"));
    private final Network network = new Network();
    private final Checkpoints checkpoints = new Checkpoints(settings.checkpoints());
    private final Ring ring = new Ring(settings);
    private long reportedNanos;

    private Train() throws IOException, InterruptedException {}

    public static void main(String[] arguments) {
        Signal.handle(new Signal("USR1"), signal -> checkpointAsked = true); // unhandled it would end the process
        try {
            new Train().run();
        } catch (IOException | IllegalArgumentException | InterruptedException e) {
            String file = "%s: make sure that the path is there, with room and permission".formatted(e);
            String reason = e instanceof FileSystemException ? file : e.getMessage();
            System.err.println("rank " + System.getenv().getOrDefault("RANK", "0") + ": " + reason);
            System.exit(1);
        }
    }

    private void run() throws IOException, InterruptedException {
        int start = restore();
        say("rank %d of %d on %s: attempt %d starts at step %d of %d", settings.rank(), settings.worldSize(),
                settings.host(), settings.attempt(), start, settings.steps());
        report(start, "");
        int stepsPerEpoch = digits.training().size() / BATCH;
        for (int step = start; step < settings.steps(); step++) {
            double loss = trainStep(step / stepsPerEpoch, step % stepsPerEpoch * BATCH, 1.0 * step / settings.steps());
            if (settings.rank() == 0) {
                afterStep(step + 1, stepsPerEpoch, loss);
                Thread.sleep(settings.pauseMillis()); // the other ranks wait for rank 0 in the ring
            }
        }
        evaluate();
    }

    private double trainStep(int epoch, int offset, double done) throws IOException {
        long[] sums = new long[Network.PARAMETERS + 1];
        for (Digits.Sample sample : digits.order(epoch).subList(offset, offset + BATCH)) {
            if (settings.holds(sample)) {
                network.addGradient(sample, sums);
            }
        }
        ring.allReduce(sums);
        network.descend(sums, BATCH, 0.3 * (1.0 - 0.9 * done));
        return sums[Network.PARAMETERS] / Network.FIXED_POINT / BATCH;
    }

    private void afterStep(int step, int stepsPerEpoch, double loss) throws IOException {
        boolean last = step == settings.steps();
        if (checkpointAsked || step % settings.checkpointSteps() == 0 || last) {
            checkpointAsked = false;
            checkpoints.save(step, network.state);
        }
        if (last || System.nanoTime() - reportedNanos > 200_000_000) {
            report(step, text(" loss=%.4f", loss));
        }
        if (last || step % stepsPerEpoch == 0) {
            say("epoch %d step %d/%d loss %.4f", (step - 1) / stepsPerEpoch + 1, step, settings.steps(), loss);
        }
    }

    /** Rank 0 reads the newest valid checkpoint; all others get step and state from it, so that all ranks agree. */
    private int restore() throws IOException {
        if (settings.attempt() == 1 && checkpoints.discardFinished(settings.steps())) {
            say("an earlier run has finished all %d steps: removed its checkpoints, trains anew", settings.steps());
        }
        long[] shared = new long[1 + network.state.length];
        if (settings.rank() == 0) {
            long step = checkpoints.restoreNewest(network.state);
            Arrays.setAll(shared, i -> i == 0 ? step : Double.doubleToRawLongBits(network.state[i - 1]));
        }
        ring.allReduce(shared); // all others send zeros: the sum is what rank 0 sent
        Arrays.setAll(network.state, i -> Double.longBitsToDouble(shared[i + 1]));
        return (int) shared[0];
    }

    /** Tells the launcher in one line how far the training is; the file is replaced, so it is never half written. */
    private void report(int step, String loss) throws IOException {
        reportedNanos = System.nanoTime();
        if (settings.progressFile().isPresent()) {
            Path file = settings.progressFile().get();
            Path part = Path.of(file + ".part");
            Files.writeString(part, text("step=%d checkpoint=%d%s total=%d checkpointSeconds=%.3f%n", step,
                    checkpoints.newestStep, loss, settings.steps(), checkpoints.secondsBlocked));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void evaluate() throws IOException {
        int count = digits.heldOut().size();
        long[] right = {digits.heldOut().stream().filter(settings::holds).filter(network::recognizes).count()};
        ring.allReduce(right);
        if (settings.rank() == 0) {
            say("accuracy=%.4f (%d of %d held-out digits) model=%08x", 1.0 * right[0] / count, right[0], count,
                    Arrays.hashCode(network.state));
        }
    }

    static void say(String format, Object... values) {
        System.out.println(text(format, values));
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}

/** What the launcher and the job file say, from the environment; without any: one rank that trains alone. */
record Settings(int rank, int worldSize, String masterAddress, int masterPort, String run, int attempt, String host,
        Optional<Path> checkpoints, Optional<Path> progressFile, int steps, int pauseMillis, int checkpointSteps) {
    static Settings fromEnvironment() {
        int worldSize = number("WORLD_SIZE", 1, 1, 4096);
        int attempt = number("MUSTER_ATTEMPT", 1, 1, Integer.MAX_VALUE);
        int rank = number("RANK", 0, 0, worldSize - 1);
        return new Settings(rank, worldSize,
                text("MASTER_ADDR").orElse("127.0.0.1"), number("MASTER_PORT", 29500, 1, 65535),
                text("MUSTER_NAMESPACE").orElse("") + "/" + text("MUSTER_JOB").orElse("") + "/" + attempt,
                attempt, text("MUSTER_HOST").orElse("this host"),
                // Rank 0 alone keeps checkpoints and reports: all ranks hold the same weights.
                text("MUSTER_CHECKPOINT_DIR").filter(path -> rank == 0).map(Path::of),
                text("MUSTER_PROGRESS_FILE").filter(path -> rank == 0).map(Path::of),
                number("STEPS", 600, 1, 1_000_000), number("STEP_PAUSE_MILLIS", 0, 0, 60_000),
                number("CHECKPOINT_STEPS", 40, 1, 1_000_000));
    }

    /** Whether the sample is in this rank's shard. */
    boolean holds(Digits.Sample sample) {
        return sample.number() % worldSize == rank;
    }

    private static Optional<String> text(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
    }

    private static int number(String name, int otherwise, int least, int most) {
        String value = text(name).orElse(Integer.toString(otherwise));
        long number = value.matches("[0-9]{1,10}") ? Long.parseLong(value) : -1;
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    name + " is '" + value + "': set it to a whole number from " + least + " to " + most);
        }
        return (int) number;
    }
}

/** The data; every fifth digit is held out. */
record Digits(List<Sample> training, List<Sample> heldOut) {
    record Sample(int number, double[] pixels, int label) {}

    static Digits read(Path file) throws IOException {
        Digits digits = new Digits(new ArrayList<>(), new ArrayList<>());
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            int row = 0;
            for (String line : new String(in.readAllBytes()).split("\n")) {
                int[] values = Arrays.stream(line.trim().split(",")).mapToInt(Integer::parseInt).toArray();
                if (values.length != Network.INPUTS + 1) {
                    throw new IOException(file + " row " + row + " has " + values.length + " values, not 65");
                }
                double[] pixels = Arrays.stream(values, 0, Network.INPUTS).mapToDouble(value -> value / 16.0).toArray();
                List<Sample> part = row++ % 5 == 4 ? digits.heldOut : digits.training;
                part.add(new Sample(part.size(), pixels, values[Network.INPUTS]));
            }
        }
        return digits;
    }

    /** The training samples in the order of an epoch: the same on every rank and after every restart. */
    List<Sample> order(int epoch) {
        List<Sample> order = new ArrayList<>(training);
        Collections.shuffle(order, new Random(epoch));
        return order;
    }
}

/** 64 pixels from 0 to 1, 48 hidden units (ReLU), 10 classes (softmax); gradient descent with momentum. */
final class Network {
    static final int INPUTS = 64;
    private static final int HIDDEN = 48;
    private static final int CLASSES = 10;
    private static final int OUTPUT_LAYER = HIDDEN * (INPUTS + 1);
    static final int PARAMETERS = OUTPUT_LAYER + CLASSES * (HIDDEN + 1);
    static final double FIXED_POINT = 1L << 40; // a batch's sum stays far below 2^63

    /** The weights, unit by unit, each unit's bias after its weights; then the velocity of each weight. */
    final double[] state = new double[2 * PARAMETERS];

    Network() {
        Random random = new Random(1);
        for (int i = 0; i < PARAMETERS; i++) {
            state[i] = (2 * random.nextDouble() - 1) / Math.sqrt(i < OUTPUT_LAYER ? INPUTS : HIDDEN);
        }
    }

    /** Adds the gradient of one sample, in fixed point, and after the last parameter its loss. */
    void addGradient(Digits.Sample sample, long[] sums) {
        double[] hidden = layer(sample.pixels(), 0, HIDDEN, 0);
        double[] error = probabilities(hidden);
        sums[PARAMETERS] += toFixed(-StrictMath.log(Math.max(error[sample.label()], 1e-12)));
        error[sample.label()] -= 1;
        double[] hiddenError = new double[HIDDEN];
        for (int i = 0; i < HIDDEN; i++) {
            for (int unit = 0; hidden[i] > 0 && unit < CLASSES; unit++) {
                hiddenError[i] += error[unit] * state[OUTPUT_LAYER + unit * (HIDDEN + 1) + i];
            }
        }
        addLayerGradient(hidden, error, OUTPUT_LAYER, sums);
        addLayerGradient(sample.pixels(), hiddenError, 0, sums);
    }

    private static void addLayerGradient(double[] inputs, double[] error, int offset, long[] sums) {
        for (int unit = 0; unit < error.length; unit++) {
            int row = offset + unit * (inputs.length + 1);
            for (int i = 0; i < inputs.length; i++) {
                sums[row + i] += toFixed(error[unit] * inputs[i]);
            }
            sums[row + inputs.length] += toFixed(error[unit]);
        }
    }

    void descend(long[] sums, int samples, double rate) {
        for (int i = 0; i < PARAMETERS; i++) {
            state[PARAMETERS + i] = 0.9 * state[PARAMETERS + i] - rate * sums[i] / FIXED_POINT / samples;
            state[i] += state[PARAMETERS + i];
        }
    }

    boolean recognizes(Digits.Sample sample) {
        double[] probabilities = probabilities(layer(sample.pixels(), 0, HIDDEN, 0));
        return probabilities[sample.label()] == Arrays.stream(probabilities).max().orElseThrow();
    }

    private double[] layer(double[] inputs, int offset, int units, double least) {
        double[] outputs = new double[units];
        for (int unit = 0; unit < units; unit++) {
            int row = offset + unit * (inputs.length + 1);
            double sum = state[row + inputs.length];
            for (int i = 0; i < inputs.length; i++) {
                sum += state[row + i] * inputs[i];
            }
            outputs[unit] = Math.max(least, sum);
        }
        return outputs;
    }

    private double[] probabilities(double[] hidden) {
        double[] values = layer(hidden, OUTPUT_LAYER, CLASSES, Double.NEGATIVE_INFINITY);
        double highest = Arrays.stream(values).max().orElseThrow();
        Arrays.setAll(values, i -> StrictMath.exp(values[i] - highest)); // Math.exp may differ between machines
        double sum = Arrays.stream(values).sum();
        Arrays.setAll(values, i -> values[i] / sum);
        return values;
    }

    private static long toFixed(double value) {
        return (long) (value * FIXED_POINT);
    }
}

/** Rank r sends to r + 1 and hears from r - 1. When one rank ends, its neighbours fail at once, then theirs. */
final class Ring {
    private static final int MEET_SECONDS = 60;
    private static final int SILENCE_MILLIS = 30_000;
    private record Peer(Socket socket, int rank, int port) {}

    private final Settings settings;
    private final long deadlineNanos = System.nanoTime() + MEET_SECONDS * 1_000_000_000L;
    private Socket next = new Socket();
    private Socket previous = new Socket();

    /** Meets the other ranks at rank 0, which start in any order; the last attempt may still hold the port. */
    Ring(Settings settings) throws IOException, InterruptedException {
        this.settings = settings;
        while (settings.worldSize() > 1) {
            try {
                if (settings.rank() == 0) {
                    gather(InetAddress.getByName(settings.masterAddress()));
                } else {
                    enroll(connect(new InetSocketAddress(settings.masterAddress(), settings.masterPort())));
                }
                next.setTcpNoDelay(true);
                next.setSendBufferSize(64 * 1024); // all ranks send a part, at most 30 KB, before they read one
                previous.setSoTimeout(SILENCE_MILLIS);
                return;
            } catch (IOException e) {
                if (remainingMillis() == 1) {
                    throw new IOException(settings.worldSize() + " ranks did not meet at " + settings.masterAddress()
                            + ":" + settings.masterPort() + " in " + MEET_SECONDS + " s (" + e.getMessage() + "): check"
                            + " MASTER_ADDR, MASTER_PORT and that each was started", e);
                }
                Thread.sleep(100);
            }
        }
    }

    /** Rank 0 learns where each rank listens, then tells each where the next one does. */
    private void gather(InetAddress address) throws IOException {
        Map<Integer, Peer> peers = new HashMap<>(); // a rank whose connection broke comes again: the newest counts
        try (ServerSocket server = new ServerSocket(settings.masterPort(), settings.worldSize(), address)) {
            while (peers.size() < settings.worldSize() - 1) {
                Peer peer = accept(server);
                peers.put(peer.rank(), peer);
            }
        }
        for (Peer peer : peers.values()) {
            Peer after = peers.getOrDefault(peer.rank() + 1, peer); // the last rank, next to rank 0, needs none
            DataOutputStream out = new DataOutputStream(peer.socket().getOutputStream());
            out.writeUTF(after.socket().getInetAddress().getHostAddress());
            out.writeInt(after.port());
        }
        previous = peers.get(settings.worldSize() - 1).socket();
        next = peers.get(1).socket();
    }

    private void enroll(Socket toMaster) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 8, toMaster.getLocalAddress())) {
            greet(toMaster, server.getLocalPort()).setSoTimeout(remainingMillis()); // rank 0 answers once all are there
            DataInputStream answer = new DataInputStream(toMaster.getInputStream());
            InetSocketAddress address = new InetSocketAddress(answer.readUTF(), answer.readInt());
            next = neighbour(1) == 0 ? toMaster : greet(connect(address), 0);
            previous = neighbour(-1) == 0 ? toMaster : accept(server).socket();
        }
    }

    private int neighbour(int distance) {
        return Math.floorMod(settings.rank() + distance, settings.worldSize());
    }

    private int remainingMillis() {
        return (int) Math.max(1, (deadlineNanos - System.nanoTime()) / 1_000_000);
    }

    private Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address, remainingMillis());
        return socket;
    }

    private Socket greet(Socket socket, int port) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeUTF(settings.run());
        out.writeInt(settings.rank());
        out.writeInt(port);
        return socket;
    }

    /** Waits for a rank of this attempt; turns away strangers and ranks of other attempts. */
    private Peer accept(ServerSocket server) throws IOException {
        while (true) {
            server.setSoTimeout(remainingMillis());
            Socket socket = server.accept();
            socket.setSoTimeout(2_000);
            try {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                if (in.readUTF().equals(settings.run())) {
                    return new Peer(socket, in.readInt(), in.readInt());
                }
            } catch (IOException e) { // whoever that was did not finish its greeting
            }
            socket.close();
        }
    }

    /** Replaces each value by its sum over all ranks. */
    void allReduce(long[] values) throws IOException {
        int hops = settings.worldSize() - 1;
        for (int i = 0; i < 2 * hops; i++) { // first sums gather, one part in each rank; then they go round
            pass(values, neighbour(-i), neighbour(-i - 1), i < hops);
        }
    }

    private void pass(long[] values, int sentPart, int receivedPart, boolean add) throws IOException {
        int lost = neighbour(1);
        try {
            int from = start(values, sentPart);
            ByteBuffer out = ByteBuffer.allocate((start(values, sentPart + 1) - from) * Long.BYTES);
            out.asLongBuffer().put(values, from, out.capacity() / Long.BYTES);
            next.getOutputStream().write(out.array());
            lost = neighbour(-1);
            from = start(values, receivedPart);
            int length = (start(values, receivedPart + 1) - from) * Long.BYTES;
            ByteBuffer in = ByteBuffer.wrap(previous.getInputStream().readNBytes(length));
            if (in.capacity() < length) {
                throw new EOFException("it closed its connection");
            }
            for (int i = from; in.hasRemaining(); i++) {
                values[i] = (add ? values[i] : 0) + in.getLong();
            }
        } catch (IOException e) {
            throw new IOException("lost rank " + lost + " (" + e.getMessage()
                    + "): start all ranks again, they resume from the newest checkpoint", e);
        }
    }

    private int start(long[] values, int part) {
        return values.length * part / settings.worldSize();
    }
}

/** Files of a magic number, the step, the state and a checksum; without a directory nothing is kept. */
final class Checkpoints {
    private static final long MAGIC = 0x4449474954533031L;

    private final Optional<Path> directory;
    long newestStep;
    double secondsBlocked;

    Checkpoints(Optional<Path> directory) throws IOException {
        this.directory = directory;
        if (directory.isPresent() && !Files.isDirectory(directory.get())) {
            Files.createDirectories(directory.get());
        }
    }

    /** Once this returns the checkpoint is on the disk; if the process ends before, no torn file has its name. */
    void save(long step, double[] state) throws IOException {
        if (directory.isEmpty()) {
            return;
        }
        long startNanos = System.nanoTime();
        Path part = directory.get().resolve("checkpoint.part");
        Files.write(part, encode(step, state), StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.DSYNC);
        Files.move(part, file(step), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(directory.get())) {
            folder.force(true); // or a power cut may lose the new name
        }
        newestFirst().stream().skip(3).forEach(old -> old.toFile().delete());
        newestStep = step;
        secondsBlocked += (System.nanoTime() - startNanos) / 1e9;
    }

    /** Fills the state from the newest valid checkpoint and returns its step; 0, and the state untouched, if none. */
    long restoreNewest(double[] state) throws IOException {
        for (Path file : newestFirst()) {
            byte[] bytes = Files.readAllBytes(file);
            ByteBuffer content = ByteBuffer.wrap(Arrays.copyOf(bytes, (state.length + 3) * Long.BYTES));
            double[] candidate = new double[state.length];
            content.position(2 * Long.BYTES).asDoubleBuffer().get(candidate);
            long step = content.getLong(Long.BYTES);
            if (Arrays.equals(bytes, encode(step, candidate))) { // so length, magic number and checksum are right
                System.arraycopy(candidate, 0, state, 0, state.length);
                newestStep = step;
                return step;
            }
            Train.say("skips %s: torn, corrupt or of another model", file);
        }
        return 0;
    }

    /** Removes all checkpoints if there is one of the last step or later, and says whether there was. */
    boolean discardFinished(int steps) throws IOException {
        boolean finished = newestFirst().stream().anyMatch(file -> file.compareTo(file(steps)) >= 0);
        newestFirst().stream().filter(file -> finished).forEach(file -> file.toFile().delete());
        return finished;
    }

    private Path file(long step) {
        return directory.orElseThrow().resolve(Train.text("checkpoint-%08d.bin", step));
    }

    private List<Path> newestFirst() throws IOException {
        if (directory.isEmpty()) {
            return List.of();
        }
        try (var files = Files.list(directory.get())) {
            return files.filter(file -> file.getFileName().toString().matches("checkpoint-[0-9]{8}\\.bin"))
                    .sorted(Comparator.reverseOrder()).toList();
        }
    }

    private static byte[] encode(long step, double[] state) {
        ByteBuffer bytes = ByteBuffer.allocate((state.length + 3) * Long.BYTES).putLong(MAGIC).putLong(step);
        bytes.asDoubleBuffer().put(state);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.array(), 0, bytes.capacity() - Long.BYTES);
        return bytes.putLong(bytes.capacity() - Long.BYTES, checksum.getValue()).array();
    }
}
