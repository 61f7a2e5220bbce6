namespace DocExchange.Trust.Certificates;

/// <summary>
/// The valid policies of a path as the graph of RFC 9618 §5, which replaces the tree of RFC 5280 §6.1: one node for each
/// policy of a depth, so that its size is linear in that of the certificates, where the tree grows exponentially.
/// </summary>
internal sealed class PolicyGraph
{
    public const string AnyPolicy = "2.5.29.32.0";

    private readonly List<Dictionary<string, Node>> depths = [new() { [AnyPolicy] = new Node(AnyPolicy, []) }];

    /// <summary>RFC 5280 calls it a tree that is NULL: no policy is valid.</summary>
    public bool IsEmpty { get; private set; }

    private Dictionary<string, Node> Deepest => depths[^1];

    /// <summary>§6.1.3 (d), (e): one certificate further down.</summary>
    /// <param name="policies">Null where the certificate names none.</param>
    /// <param name="mayAny">Whether anyPolicy in the certificate counts.</param>
    public void Descend(IReadOnlySet<string>? policies, bool mayAny)
    {
        if (IsEmpty)
        {
            return;
        }

        if (policies is null)
        {
            IsEmpty = true;
            return;
        }

        var parentsByPolicy = Deepest.Values.SelectMany(node => node.Expected.Select(policy => (policy, node))).ToLookup(pair => pair.policy, pair => pair.node);
        var any = Deepest.GetValueOrDefault(AnyPolicy);
        var next = new Dictionary<string, Node>();
        foreach (var policy in policies.Where(policy => policy != AnyPolicy))
        {
            if (parentsByPolicy.Contains(policy))
            {
                next[policy] = new Node(policy, [.. parentsByPolicy[policy]]);
            }
            else if (any is not null)
            {
                next[policy] = new Node(policy, [any]);
            }
        }

        if (mayAny && policies.Contains(AnyPolicy))
        {
            foreach (var expected in parentsByPolicy.Where(expected => !next.ContainsKey(expected.Key)))
            {
                next[expected.Key] = new Node(expected.Key, [.. expected]);
            }
        }

        depths.Add(next);
        IsEmpty = next.Count == 0;
    }

    /// <summary>§6.1.4 (b): what the authority just descended to maps.</summary>
    public void Map(ILookup<string, string> mappings, bool isInhibited)
    {
        if (IsEmpty)
        {
            return;
        }

        foreach (var mapping in mappings)
        {
            if (isInhibited)
            {
                Deepest.Remove(mapping.Key);
            }
            else if (Deepest.TryGetValue(mapping.Key, out var node))
            {
                node.Expected = mapping.Distinct().ToList();
            }
            else if (Deepest.TryGetValue(AnyPolicy, out var any))
            {
                Deepest[mapping.Key] = new Node(mapping.Key, any.Parents) { Expected = mapping.Distinct().ToList() };
            }
        }

        IsEmpty = Deepest.Count == 0;
    }

    /// <summary>
    /// §6.1.5 (g): the policies the path is valid under, in the words of the trust anchor's domain, as far as they are
    /// acceptable; <see cref="AnyPolicy"/> among them where any is both valid and acceptable.
    /// </summary>
    public IReadOnlyList<string> ValidFor(IReadOnlySet<string> acceptable)
    {
        if (IsEmpty)
        {
            return [];
        }

        var constrained = new SortedSet<string>(StringComparer.Ordinal);
        var alive = Deepest.Values.ToHashSet();
        var allowsAny = Deepest.ContainsKey(AnyPolicy);
        while (alive.Count > 0)
        {
            foreach (var node in alive.Where(node => node.Policy != AnyPolicy && node.Parents.Any(parent => parent.Policy == AnyPolicy)))
            {
                constrained.Add(node.Policy);
            }

            alive = alive.SelectMany(node => node.Parents).ToHashSet();
        }

        if (acceptable.Count > 0 && !acceptable.Contains(AnyPolicy))
        {
            constrained.IntersectWith(acceptable);
            constrained.UnionWith(allowsAny ? acceptable : []);
        }
        else if (allowsAny)
        {
            constrained.Add(AnyPolicy);
        }

        return [.. constrained];
    }

    private sealed class Node(string policy, IReadOnlyList<Node> parents)
    {
        public string Policy { get; } = policy;

        public IReadOnlyList<Node> Parents { get; } = parents;

        /// <summary>What certificates below may call this policy.</summary>
        public IReadOnlyList<string> Expected { get; set; } = [policy];
    }
}
