namespace AnyEcg.Mqtt;

/// <summary>
/// The filters that the client is subscribed to, and the requests that wait for an answer. It outlives connections: when the
/// broker has lost the session, all filters are sent again; requests without an answer are sent again in any case.
/// </summary>
internal sealed class SubscriptionBook(PacketIds ids)
{
    private const int MaxRequests = 1024;
    private const int FiltersPerPacket = 64;

    private readonly Lock gate = new();
    private readonly OrderedDictionary<string, MqttSubscription> remembered = [];
    private readonly List<SubscriptionRequest> requests = [];
    private PacketLink? link;
    private BrokerLimits limits = new();
    private MqttException? closed;
    private bool stale;

    /// <summary>The broker of the present connection holds all that is remembered.</summary>
    public bool IsCurrent
    {
        get
        {
            lock (gate)
                return link is not null && !stale;
        }
    }

    /// <summary>One packet for each identifier, because it belongs to the packet.</summary>
    public Task SubscribeAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken) => Task.WhenAll(
        subscriptions.GroupBy(s => s.Identifier).Select(g => RequestAsync(SubscriptionRequest.For([.. g]), cancellationToken)));

    public Task UnsubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken) =>
        RequestAsync(new SubscriptionRequest { Filters = [.. filters] }, cancellationToken);

    /// <summary>A connection is up.</summary>
    public void Attach(PacketLink newLink, BrokerLimits brokerLimits, bool sessionPresent)
    {
        lock (gate)
        {
            link = newLink;
            limits = brokerLimits;
            stale |= !sessionPresent;
            if (stale)
                requests.InsertRange(0, Renewals());
            stale = requests.Exists(r => r.IsRenewal);
            foreach (SubscriptionRequest request in requests.ToArray())
                Send(request);
        }
    }

    /// <summary>The connection is gone; renewals begun on it are made anew on the next.</summary>
    public void Detach()
    {
        lock (gate)
        {
            link = null;
            foreach (SubscriptionRequest request in requests)
                ReleaseId(request);
            requests.RemoveAll(r => r.IsRenewal);
        }
    }

    /// <summary>The broker answered. Throws when the answer does not fit the request.</summary>
    public void OnAnswer(SubackPacket answer)
    {
        lock (gate)
        {
            SubscriptionRequest? request = requests.Find(r => r.PacketId == answer.PacketId);
            if (request is null)
                return;
            bool isSuback = answer.Type == PacketType.Suback;
            IReadOnlyList<MqttReasonCode> codes = isSuback || answer.ReasonCodes.Count > 0
                ? answer.ReasonCodes
                : new MqttReasonCode[request.Filters.Count]; // 3.1.1: unsubscribing always succeeds
            if (isSuback != request.Subscriptions is not null || codes.Count != request.Filters.Count)
                throw MqttProtocolException.Protocol("an answer that does not fit its SUBSCRIBE or UNSUBSCRIBE");
            Remove(request);
            bool granted = Apply(request, codes, answer.ReasonString);
            stale = requests.Exists(r => r.IsRenewal) || (request.IsRenewal && !granted);
        }
    }

    /// <summary>The client stops: requests that wait fail, and all later ones.</summary>
    public void Close(MqttException reason)
    {
        lock (gate)
        {
            closed = reason;
            foreach (SubscriptionRequest request in requests)
                request.Done.TrySetException(reason);
            requests.Clear();
        }
    }

    private async Task RequestAsync(SubscriptionRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            if (closed is not null)
                throw new MqttException(closed.ReasonCode, closed.Message);
            if (requests.Count >= MaxRequests)
                throw new MqttException(MqttReasonCode.QuotaExceeded, $"{MaxRequests} requests wait already");
            requests.Add(request);
            Send(request);
        }

        try
        {
            await request.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (gate)
            {
                if (request.PacketId == 0)
                    requests.Remove(request);
            }

            throw;
        }
    }

    private IEnumerable<SubscriptionRequest> Renewals() => remembered.Values
        .GroupBy(s => s.Identifier)
        .SelectMany(group => group.Chunk(FiltersPerPacket))
        .Select(chunk => SubscriptionRequest.For(chunk, isRenewal: true));

    private void Send(SubscriptionRequest request)
    {
        if (link is null)
            return;
        MqttReasonCode[] codes = [.. request.Subscriptions?.Select(limits.Refusal) ?? []];
        if (Array.Exists(codes, code => code != MqttReasonCode.Success))
        {
            Remove(request);
            Fail(request, codes, "by what it announced");
            return;
        }

        if (!ids.TryTake(out ushort id))
            return;
        request.PacketId = id;
        if (request.Send(link.Outbound) != SendResult.TooLarge)
            return;
        Remove(request);
        request.Done.TrySetException(new MqttSubscribeException(MqttReasonCode.PacketTooLarge, "more filters than the broker accepts in one packet"));
    }

    private bool Apply(SubscriptionRequest request, IReadOnlyList<MqttReasonCode> codes, string? reason)
    {
        bool granted = true;
        for (int i = 0; i < codes.Count; i++)
        {
            if (codes[i] >= MqttReasonCode.UnspecifiedError)
                granted = false;
            else if (request.Subscriptions is null)
                remembered.Remove(request.Filters[i]);
            else
                remembered[request.Filters[i]] = request.Subscriptions[i];
        }

        if (granted)
            request.Done.TrySetResult();
        else
            Fail(request, codes, reason);
        return granted;
    }

    private void Fail(SubscriptionRequest request, IReadOnlyList<MqttReasonCode> codes, string? reason)
    {
        int refused = codes.Count - 1;
        while (codes[refused] < MqttReasonCode.UnspecifiedError)
            refused--;
        string text = $"the broker refused '{request.Filters[refused]}': {codes[refused]} {ReasonText.Of(reason)}".TrimEnd();
        request.Done.TrySetException(new MqttSubscribeException(codes[refused], text));

        // Going on without a subscription that stood before would lose messages in silence: come back later instead.
        if (request.IsRenewal)
            link?.End(codes[refused], text);
    }

    private void Remove(SubscriptionRequest request)
    {
        requests.Remove(request);
        ReleaseId(request);
    }

    private void ReleaseId(SubscriptionRequest request)
    {
        if (request.PacketId != 0)
            ids.Release(request.PacketId);
        request.PacketId = 0;
    }
}
