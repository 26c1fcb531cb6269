using System.Reflection;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Tests.Support;

/// <summary>A store in which something happens after it has answered, and before who asked has the answer.</summary>
public class InterruptedStore : DispatchProxy
{
    private static readonly MethodInfo Then =
        typeof(InterruptedStore).GetMethod(nameof(ThenAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    private IKeyStore _inner = null!;
    private Interruption? _next;

    internal static IKeyStore Around(IKeyStore inner)
    {
        var store = Create<IKeyStore, InterruptedStore>();
        ((InterruptedStore)(object)store)._inner = inner;
        return store;
    }

    /// <summary>Lets something happen after the next answer of a method.</summary>
    internal static Interruption AfterNext(IKeyStore store, string method, Func<Task> act) =>
        ((InterruptedStore)(object)store)._next = new Interruption(method, act);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
        if (Volatile.Read(ref _next) is not { } next || next.Method != targetMethod.Name || Interlocked.CompareExchange(ref _next, null, next) != next)
        {
            return answer;
        }

        next.HasBegun = true;
        return Then.MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments()).Invoke(null, [answer, next.Act]);
    }

    private static async Task<T> ThenAsync<T>(Task<T> answer, Func<Task> act)
    {
        var result = await answer;
        await act();
        return result;
    }

    internal sealed class Interruption(string method, Func<Task> act)
    {
        public string Method { get; } = method;

        public Func<Task> Act { get; } = act;

        /// <summary>Whether the method was called.</summary>
        public bool HasBegun { get; set; }
    }
}
