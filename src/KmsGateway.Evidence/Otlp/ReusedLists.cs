namespace KmsGateway.Evidence.Otlp;

/// <summary>Lists that go from request to request.</summary>
internal static class ReusedLists
{
    // A request of the largest size leaves lists that are worth giving back.
    private const int KeptCapacity = 16_384;

    /// <summary>Empties a list; what one large request has stretched is given back.</summary>
    public static void ClearForReuse<T>(this List<T> list)
    {
        list.Clear();
        if (list.Capacity > KeptCapacity)
        {
            list.Capacity = KeptCapacity;
        }
    }
}
