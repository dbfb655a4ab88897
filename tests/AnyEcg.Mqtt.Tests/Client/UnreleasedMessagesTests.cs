using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

/// <summary>QoS 2 as a receiver, against a model: a broker that repeats, a line that breaks, a receiver in no hurry.</summary>
public sealed class UnreleasedMessagesTests
{
    private enum Step
    {
        Publish,
        Acknowledge,
        Release,
        Reconnect,
    }

    [Fact]
    public void Receive_AnyCourseOfEvents_DeliversOnceAndAcknowledgesInOrder() => Generators.Check(
        (from step in Gen.Frequency((5, Gen.Constant(Step.Publish)), (4, Gen.Constant(Step.Acknowledge)), (4, Gen.Constant(Step.Release)), (1, Gen.Constant(Step.Reconnect)))
         from pick in Gen.Choose(0, 1000)
         select (Step: step, Pick: pick)).ListOf(60),
        async steps =>
        {
            Model model = new();
            foreach ((Step step, int pick) in steps)
            {
                switch (step)
                {
                    case Step.Publish:
                        model.Publish((ushort)(1 + (pick % 5)));
                        break;
                    case Step.Acknowledge:
                        model.Acknowledge(pick);
                        break;
                    case Step.Release:
                        await model.ReleaseAsync(pick);
                        break;
                    default:
                        model.Reconnect();
                        break;
                }
            }
        },
        200);

    /// <summary>Plays broker and receiver around the two parts under test.</summary>
    private sealed class Model
    {
        private readonly UnreleasedMessages unreleased = new();
        private readonly Dictionary<ushort, long> open = [];
        private readonly HashSet<ushort> recorded = [];
        private readonly List<long> held = [];
        private readonly Queue<(ushort Id, long Sequence)> due = new();
        private OutboundQueue outbound = new(1 << 20);
        private AckOrder acks;

        public Model() => acks = Connect();

        /// <summary>New where the broker has no exchange open under this id, else a repeat.</summary>
        public void Publish(ushort id)
        {
            bool isNew = unreleased.TryAdd(id, out long sequence);
            Assert.Equal(open.TryAdd(id, sequence), isNew);
            Assert.Equal(open[id], sequence);
            if (isNew)
                held.Add(sequence);
            due.Enqueue((id, sequence));
            acks.AddExactlyOnce(id, sequence);
        }

        public void Acknowledge(int pick)
        {
            if (held.Count == 0)
                return;
            long sequence = held[pick % held.Count];
            held.Remove(sequence);
            Assert.True(unreleased.TryAnswer(sequence, MqttReasonCode.Success));
            Assert.False(unreleased.TryAnswer(sequence, MqttReasonCode.Success));
            acks.OnExactlyOnceAnswered();
        }

        /// <summary>Releases one of those whose PUBREC has come; each comes in the order of the PUBLISH packets.</summary>
        public async Task ReleaseAsync(int pick)
        {
            await ReadAsync();
            ushort[] ready = [.. recorded.Order()];
            if (ready.Length == 0)
                return;
            ushort id = ready[pick % ready.Length];
            Assert.True(unreleased.TryRelease(id));
            Assert.False(unreleased.TryRelease(id));
            recorded.Remove(id);
            open.Remove(id);
        }

        /// <summary>What was sent and not read is lost; the session is not.</summary>
        public void Reconnect()
        {
            outbound = new OutboundQueue(1 << 20);
            due.Clear();
            acks = Connect();
        }

        private AckOrder Connect() => new(1, 100, outbound, unreleased, new MqttCounters());

        private async Task ReadAsync()
        {
            if (outbound.WaitingBytes == 0)
                return;
            ReadOnlySpan<byte> bytes = (await outbound.TakeAsync()).Span;
            while (FrameReader.TryRead(ref bytes, 1000, out byte header, out ReadOnlySpan<byte> body))
            {
                Assert.Equal(PacketType.Pubrec, (PacketType)(header >> 4));
                ushort id = AckPacket.Parse(PacketType.Pubrec, body, MqttVersion.V5).PacketId;

                // A repeat whose exchange has ended since is passed over.
                (ushort Id, long Sequence) next = due.Dequeue();
                while (!IsOpen(next))
                    next = due.Dequeue();
                Assert.Equal(id, next.Id);
                Assert.DoesNotContain(next.Sequence, held);
                recorded.Add(id);
            }
        }

        private bool IsOpen((ushort Id, long Sequence) exchange) =>
            open.TryGetValue(exchange.Id, out long sequence) && sequence == exchange.Sequence;
    }
}
