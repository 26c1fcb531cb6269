namespace KmsGateway.FakeKms;

/// <summary>How a test or a drill makes it fail, and sees what it was asked.</summary>
internal static class ControlEndpoints
{
    public static void MapControl(this WebApplication application)
    {
        var control = application.MapGroup("/control");
        control.MapPut("/faults", async (HttpContext context, FaultPlan plan) =>
            plan.Set(await context.Request.ReadFromJsonAsync<Fault[]>(context.RequestAborted) ?? []));
        control.MapDelete("/faults", (FaultPlan plan) => plan.Set([]));
        control.MapGet("/calls", (CallCounter calls) => calls.All);
        control.MapGet("/calls/{region}", (string region, CallCounter calls) => calls.In(region));
        control.MapPut("/clock", async (HttpContext context, FakeClock clock) =>
            clock.Seconds = await context.Request.ReadFromJsonAsync<double>(context.RequestAborted));
        control.MapPut("/permissions", async (HttpContext context, Permissions permissions) =>
            permissions.Set(await context.Request.ReadFromJsonAsync<Dictionary<string, string[]>>(context.RequestAborted) ?? []));
        control.MapPut("/keys/state", async (HttpContext context, KeyRing keys) =>
        {
            var state = await context.Request.ReadFromJsonAsync<string>(context.RequestAborted);
            foreach (var key in keys.All)
            {
                key.State = Enum.Parse<KeyState>(state!);
            }
        });
    }
}
